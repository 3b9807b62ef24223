use super::{Finding, missing, pathways::Reader};
use crate::{
    check::Engine,
    decision::{Decision, Holding},
    source::{GrantSource, Moment, Subject},
};
use vouchsafe_types::{Actor, Ask, Capability, Permission, Resource};

/// A decision and how it came about: see [`Engine::explain`].
///
/// ```
/// use vouchsafe_engine::{Explanation, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// world.row(ann, bob, "fs:/ann:read");
/// let Explanation { decision, reading, is_complete } = world.explain(bob, "fs:/ann:read");
/// assert!(decision.allowed && is_complete);
/// assert_eq!(reading.iter().filter(|finding| finding.is_terminal()).count(), 1, "one pathway");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Explanation {
    /// The decision: the same that a check gives.
    pub decision: Decision,
    /// The findings.
    pub reading: Vec<Finding>,
    /// Whether every pathway is told to its end. Otherwise something was left out, and the shortest pathway is there.
    pub is_complete: bool,
}

impl Explanation {
    /// No, and nothing to say about it: for somebody or something that there is not.
    ///
    /// ```
    /// use vouchsafe_engine::Explanation;
    /// assert!(!Explanation::NOTHING.decision.allowed && Explanation::NOTHING.reading.is_empty());
    /// ```
    pub const NOTHING: Self = Self { decision: Decision::REFUSED, reading: Vec::new(), is_complete: true };
}

impl<S: GrantSource> Engine<S> {
    /// Whether `actor` holds `permission` at `now`, and why.
    ///
    /// An allowed question is answered with every pathway that leads to an owner, the shortest first; a denied one
    /// with the pathways that lead nowhere now, and the nearest 20 steps that are missing. A reading tells pathways in at
    /// most 1,000 findings and 50 levels: if that is not enough, of each grant only the shortest way behind it. What is
    /// beyond is left out, which [`Explanation::is_complete`] says, and the decision is not affected.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, Finding, MemorySource, Moment, reading::MissingReason};
    /// use vouchsafe_types::{Access, Actor, Permission};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let grant = source.add_grant(ann, bob, home, Access::Read).clone();
    /// let mut explain = |text: &str| {
    ///     let asked: Permission = text.parse().unwrap();
    ///     Engine::default().explain(&mut source, &Actor::User(bob), &asked, Moment::UNIX_EPOCH).unwrap()
    /// };
    ///
    /// let told = explain("fs:/ann:read");
    /// let Some(Finding::Path(path)) = told.reading.last() else { panic!("a path") };
    /// assert!(told.decision.allowed && path.grant == grant.id);
    /// assert!(matches!(path.reading[..], [Finding::Implied { by: "is-owner", holder: Some(who), .. }] if who == ann));
    ///
    /// let told = explain("fs:/ann:write");
    /// let Some(Finding::Missing(missing)) = told.reading.last() else { panic!("a missing step") };
    /// assert_eq!((missing.reason, missing.could_grant.as_slice()), (MissingReason::NotGranted, &[ann][..]));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn explain(
        &self,
        source: &mut S,
        actor: &Actor,
        permission: &Permission,
        now: Moment,
    ) -> Result<Explanation, S::Error> {
        let Some((resource, resolved)) = self.resolve(source, permission)? else {
            return Ok(Explanation::NOTHING);
        };
        let mut reading = Vec::new();
        if resolved != *permission {
            reading.push(Finding::Rewrite { from: permission.clone(), to: resolved.clone() });
        }
        reading.extend(explode(&resource, &resolved));
        let refused = Decision::REFUSED;
        let Some(subject) = Subject::of_actor(actor) else {
            return Ok(Explanation { decision: refused, reading, is_complete: true });
        };
        let located = source.place(&resource)?;
        let mut scan = self.scan(source, [subject.clone()], &located, now)?;
        let demanded = resolved.demanded();
        let holding: Holding = scan.holding();
        let decision = Decision { allowed: holding.allows(demanded), holding };
        let mut is_complete = true;
        if holding.bound.is_none() {
            let mut reader = Reader::new(&mut scan, &resolved);
            reading.extend(reader.read(demanded));
            is_complete = !reader.is_cut();
        }
        if !decision.allowed && !demanded.is_empty() {
            let missing = missing::Search::new(self, source, (&located, &scan), &resolved, now);
            reading.extend(missing.nearest(subject, &holding)?.into_iter().map(Finding::Missing));
        }
        Ok(Explanation { decision, reading, is_complete })
    }
}

/// What answers a question about an entry's level: the wider levels, `manage`, and the bare entry.
fn explode(resource: &Resource, asked: &Permission) -> Option<Finding> {
    const LEVELS: [Capability; 4] = [Capability::See, Capability::List, Capability::Read, Capability::Write];
    let (Resource::Entry(_), Ask::One(level), 0) = (resource, asked.ask, asked.manage) else { return None };
    let from = LEVELS.iter().position(|l| *l == level)?;
    let wider = LEVELS.iter().skip(from).map(|l| Permission::on(resource.clone(), Ask::One(*l)).to_string());
    let whole = Permission::on(resource.clone(), Ask::Whole);
    let to = wider.chain([whole.to_manage().to_string(), whole.to_string(), "fs".to_owned()]).collect();
    Some(Finding::Explode { from: asked.clone(), to })
}
