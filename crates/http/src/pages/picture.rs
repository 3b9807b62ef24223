//! The pathway picture: the grants of a reading, from the owner down to who is asked about, as boxes and arrows.

mod layout;

use super::words;
use layout::Graph;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_engine::{
    Finding,
    reading::{Missing, MissingReason, Path, Via},
};
use vouchsafe_flows::Explained;
use vouchsafe_types::{Capabilities, GrantId, GroupId, UserId, Username};

/// A box in the picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// Somebody.
    Person(UserId),
    /// A group.
    Group(GroupId),
    /// Something else that stands between two people, by what it is.
    Between(&'static str),
}

/// An arrow in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: Node,
    pub(super) to: Node,
    /// The grant; none for who is in a group.
    pub(super) grant: Option<GrantId>,
    pub(super) label: String,
    /// Why it leads nowhere, if it does not.
    pub(super) broken: Option<String>,
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    edges: Vec<Edge>,
    owners: Vec<UserId>,
    could_grant: Vec<UserId>,
    target: Option<UserId>,
}

/// The picture of a reading about `who`, and the same in words.
pub(super) fn picture(
    why: &Explained,
    (who, is_me): (&Username, bool),
    owner: &str,
    groups: &BTreeMap<GroupId, String>,
) -> Value {
    let called = |name: &str| why.usernames.iter().find(|(_, known)| *known == name).map(|(user, _)| *user);
    // Who owns it is known, and so it is said, also where no pathway leads to him.
    let (target, owners) = (called(who.as_str()), called(owner).into_iter().collect());
    let mut reader = Reader { target, owners, ..Reader::default() };
    reader.read(&why.explanation.reading);
    let name = |node: &Node| match node {
        Node::Person(user) if is_me && Some(*user) == reader.target => "you".to_owned(),
        Node::Person(user) => why.usernames.get(user).cloned().unwrap_or_else(|| "somebody".to_owned()),
        Node::Group(group) => groups.get(group).cloned().unwrap_or_else(|| "a group".to_owned()),
        Node::Between(what) => (*what).to_owned(),
    };
    let mut said: Vec<String> = reader.owners.iter().map(|owner| owns(&name(&Node::Person(*owner)))).collect();
    for sentence in reader.edges.iter().map(|edge| sentence(edge, &name)) {
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    if !why.explanation.is_complete {
        said.push("There is more to it that is not shown to you.".to_owned());
    }
    let could: Vec<String> = reader.could_grant.iter().map(|user| name(&Node::Person(*user))).collect();
    json!({
        "is_allowed": why.explanation.decision.allowed,
        "said": said,
        "could_grant": (!could.is_empty()).then(|| could.join(", ")),
        "graph": Graph::of(&reader.edges, &reader.owners, reader.target).map(|graph| graph.view(&name)),
    })
}

fn owns(name: &str) -> String {
    if name == "you" { "You own it.".to_owned() } else { format!("{name} owns it.") }
}

fn sentence(edge: &Edge, name: &impl Fn(&Node) -> String) -> String {
    let (from, to) = (name(&edge.from), name(&edge.to));
    let said = match edge.grant {
        Some(_) => format!("{from} gave {to}: {}", edge.label),
        None => format!("{to} {} part of {from}", if to == "you" { "are" } else { "is" }),
    };
    match &edge.broken {
        Some(why) => format!("{said}. This leads nowhere: {why}."),
        None => format!("{said}."),
    }
}

impl Reader {
    fn read(&mut self, reading: &[Finding]) {
        for finding in reading {
            match finding {
                Finding::Implied { holder: Some(owner), .. } => {
                    if !self.owners.contains(owner) {
                        self.owners.push(*owner);
                    }
                }
                Finding::Path(path) => self.path(path),
                Finding::Missing(missing) => self.missing(missing),
                Finding::Implied { holder: None, .. } | Finding::Rewrite { .. } | Finding::Explode { .. } => {}
            }
        }
    }

    fn path(&mut self, path: &Path) {
        let broken = (!path.has_terminal).then(|| "who gave it may not give it any more".to_owned());
        let holder = path.holder.or(self.target).map(Node::Person);
        self.grant(Node::Person(path.issuer), holder, (path.grant, path.via, path.capabilities), broken);
        self.read(&path.reading);
    }

    fn missing(&mut self, missing: &Missing) {
        for user in &missing.could_grant {
            if !self.could_grant.contains(user) {
                self.could_grant.push(*user);
            }
        }
        let (Some((grant, _)), Some(issuer), Some((gives, via))) = (&missing.grant, missing.issuer, &missing.gives)
        else {
            return;
        };
        let why = match missing.reason {
            MissingReason::NotGranted => "it was not given".to_owned(),
            MissingReason::Expired { at } => format!("it ended on {}", at.format("%-d %b %Y")),
            MissingReason::Silenced { .. } => "a stricter rule takes its place".to_owned(),
            MissingReason::KeptBack => "its owner keeps that back".to_owned(),
            MissingReason::Suspended => "an account is suspended".to_owned(),
            MissingReason::OverLimit { .. } => "the question was too large".to_owned(),
        };
        let holder = missing.holder.or(self.target).map(Node::Person);
        self.grant(Node::Person(issuer), holder, (*grant, *via, *gives), Some(why));
    }

    /// One grant is one arrow, or two when something stands between who gave and who has.
    fn grant(
        &mut self,
        issuer: Node,
        holder: Option<Node>,
        (grant, via, gives): (GrantId, Via, Capabilities),
        broken: Option<String>,
    ) {
        let label = words::can(gives);
        let between = match via {
            Via::User => None,
            Via::Group(group) => Some(Node::Group(group)),
            Via::Everyone => Some(Node::Between("everyone")),
            Via::UserApp | Via::DevApp => Some(Node::Between("an app")),
            Via::AccessToken => Some(Node::Between("an access token")),
            Via::Link => Some(Node::Between("a public link")),
        };
        let Some(first) = between.clone().or_else(|| holder.clone()) else { return };
        self.add(Edge { from: issuer, to: first, grant: Some(grant), label, broken });
        if let (Some(between), Some(holder)) = (between, holder) {
            // That he is in a group is so, whatever has become of the grant.
            self.add(Edge { from: between, to: holder, grant: None, label: "member".to_owned(), broken: None });
        }
    }

    fn add(&mut self, edge: Edge) {
        match self
            .edges
            .iter_mut()
            .find(|known| (&known.from, &known.to, known.grant) == (&edge.from, &edge.to, edge.grant))
        {
            // What works in one place works: a member reached twice is drawn once.
            Some(known) if edge.broken.is_none() => known.broken = None,
            Some(_) => {}
            None => self.edges.push(edge),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::picture;
    use chrono::{DateTime, TimeDelta, Utc};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;
    use vouchsafe_engine::{Engine, MemorySource, memory::MemoryEntry};
    use vouchsafe_flows::Explained;
    use vouchsafe_types::{Access, Actor, EntryId, GroupId, UserId};

    struct World {
        source: MemorySource,
        names: BTreeMap<UserId, String>,
        people: [UserId; 3],
        friends: GroupId,
        file: EntryId,
    }

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    /// ann gave her friends, of whom bob is one, a file to manage, and bob gave it eve to read until tomorrow.
    fn world() -> World {
        let (people, friends, file, home) =
            ([(); 3].map(|()| UserId::mint()), GroupId::mint(), EntryId::mint(), EntryId::mint());
        let mut source = MemorySource::default();
        let mut names = BTreeMap::new();
        for (user, name) in people.into_iter().zip(["ann", "bob", "eve"]) {
            source.users.insert(user, true);
            names.insert(user, name.to_owned());
        }
        source.entries.insert(home, MemoryEntry { parent: None, name: "ann".to_owned(), is_file: false });
        source.entries.insert(file, MemoryEntry { parent: Some(home), name: "a".to_owned(), is_file: true });
        source.roots.insert(home, people[0]);
        source.groups.entry(friends).or_default().insert(people[1]);
        source.add_grant(people[0], friends, file, Access::Manage);
        source.add_grant(people[1], people[2], file, Access::Read).expires_at = Some(NOW + TimeDelta::days(1));
        World { source, names, people, friends, file }
    }

    fn drawn(world: &mut World, now: DateTime<Utc>) -> Value {
        let read = format!("fs:{}:read", world.file).parse().unwrap();
        let explanation =
            Engine::default().explain(&mut world.source, &Actor::User(world.people[2]), &read, now).unwrap();
        let why = Explained {
            explanation,
            usernames: world.names.clone(),
            extras: BTreeMap::new(),
            revision: 0,
            took: TimeDelta::zero(),
        };
        let groups = BTreeMap::from([(world.friends, "friends".to_owned())]);
        picture(&why, (&"eve".parse().unwrap(), true), "ann", &groups)
    }

    #[test]
    fn the_arrows_are_the_grants_of_the_reading_and_the_words_say_the_same() {
        let picture = drawn(&mut world(), NOW);
        let said = json!([
            "ann owns it.",
            "bob gave you: read.",
            "ann gave friends: edit and share.",
            "bob is part of friends.",
        ]);
        assert_eq!(picture["said"], said);
        let arrows = picture["graph"]["arrows"].as_array().unwrap();
        assert_eq!(arrows.len(), 3);
        assert!(arrows.iter().all(|arrow| arrow["is_broken"] == false));
        let boxes = picture["graph"]["boxes"].as_array().unwrap();
        let row = |name: &str| boxes.iter().find(|one| one["full"] == name).map(|one| one["y"].as_i64().unwrap());
        assert!(row("ann") < row("friends") && row("friends") < row("bob") && row("bob") < row("you"));
    }

    #[test]
    fn what_has_ended_is_broken_in_the_picture_and_in_words() {
        let picture = drawn(&mut world(), NOW + TimeDelta::days(2));
        assert_eq!(picture["is_allowed"], false);
        let arrows = picture["graph"]["arrows"].as_array().unwrap();
        assert!(arrows.iter().any(|arrow| arrow["is_broken"] == true));
        let said = picture["said"].to_string();
        assert!(said.contains("bob gave you: read. This leads nowhere: it ended on 2 Jan 1970."), "{said}");
    }

    #[test]
    fn a_group_stands_in_the_way_that_has_ended_and_the_arrow_says_what_was_given() {
        let mut world = world();
        world.source.grants.clear();
        world.source.groups.entry(world.friends).or_default().insert(world.people[2]);
        let given = world.source.add_grant(world.people[0], world.friends, world.file, Access::Write);
        given.expires_at = Some(NOW + TimeDelta::days(1));
        let picture = drawn(&mut world, NOW + TimeDelta::days(2));
        let said = [
            "ann owns it.",
            "ann gave friends: edit. This leads nowhere: it ended on 2 Jan 1970.",
            "you are part of friends.",
        ];
        assert_eq!(picture["said"], json!(said));
        let arrows = picture["graph"]["arrows"].as_array().unwrap();
        let looks: Vec<_> = arrows.iter().map(|arrow| (&arrow["label"], &arrow["is_broken"])).collect();
        assert_eq!(looks, [(&json!("edit"), &json!(true)), (&json!("member"), &json!(false))]);
    }

    #[test]
    fn whom_nothing_reaches_gets_words_and_no_picture() {
        let mut world = world();
        world.source.grants.clear();
        let picture = drawn(&mut world, NOW);
        assert_eq!((&picture["is_allowed"], &picture["graph"]), (&json!(false), &Value::Null));
        assert_eq!(picture["could_grant"], "ann");
    }
}
