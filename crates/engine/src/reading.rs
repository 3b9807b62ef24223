//! The answer with its reasons: every pathway from the actor back to an owner.
//!
//! Source: the scan results of Puter's permission service.

use crate::{
    check::Engine,
    decision::Decision,
    solve::{Gift, Node, Scan},
    source::{GrantSource, Moment},
};
use vouchsafe_types::{Actor, Ask, Capabilities, Capability, GrantId, GroupId, Holder, Permission, Resource, UserId};

/// One finding of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A name that stands for something else.
    Rewrite {
        /// As asked.
        from: Permission,
        /// What it stands for.
        to: Permission,
    },
    /// The permissions of which any one answers the question, the asked one first.
    Explode {
        /// As asked.
        from: Permission,
        /// What answers it.
        to: Vec<String>,
    },
    /// The end of a pathway: nobody had to grant this.
    Implied {
        /// What was asked, and is implied.
        permission: Permission,
        /// The rule that says so.
        by: &'static str,
        /// Who has it.
        holder: UserId,
    },
    /// A grant, and what stands behind it.
    Path(Path),
}

/// A grant on the way from the actor to an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// How it reaches its holder.
    pub via: Via,
    /// The grant.
    pub grant: GrantId,
    /// What it grants, as text.
    pub permission: Permission,
    /// Who has it.
    pub holder: UserId,
    /// Who gave it.
    pub issuer: UserId,
    /// Whether it leads to an owner now.
    pub has_terminal: bool,
    /// How its issuer has it.
    pub reading: Vec<Finding>,
}

/// How a grant reaches its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Given to the person.
    User,
    /// Given to a group the person is in.
    Group(GroupId),
    /// Given to everyone.
    Everyone,
    /// Given to an app for the person.
    UserApp,
    /// Given to an app for all of its users.
    DevApp,
    /// Given to the access token.
    AccessToken,
}

/// A decision and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The decision: the same that a check gives.
    pub decision: Decision,
    /// The findings.
    pub reading: Vec<Finding>,
}

/// The most findings in one reading; further pathways are left out, the decision is not affected.
const MAX_FINDINGS: usize = 1_000;

impl<S: GrantSource> Engine<S> {
    /// Whether `actor` holds `permission` at `now`, and every pathway that leads there.
    ///
    /// A reading has at most 1,000 findings.
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
        let refused = Decision::REFUSED;
        let Some((resource, resolved)) = self.resolve(source, permission)? else {
            return Ok(Explanation { decision: refused, reading: Vec::new() });
        };
        let mut reading = Vec::new();
        if resolved != *permission {
            reading.push(Finding::Rewrite { from: permission.clone(), to: resolved.clone() });
        }
        reading.extend(explode(&resource, &resolved));
        let Some((_, scan)) = self.scan(source, actor, &resource, now)? else {
            return Ok(Explanation { decision: refused, reading });
        };
        let holding = scan.holding();
        let demanded = resolved.demanded();
        let mut reader = Reader { scan: &scan, asked: &resolved, chain: Vec::new(), left: MAX_FINDINGS };
        if let Some(node) = scan.asked().filter(|_| holding.bound.is_none()) {
            reading.extend(reader.read(node, demanded));
        }
        Ok(Explanation { decision: Decision { allowed: holding.allows(demanded), holding }, reading })
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

struct Reader<'a> {
    scan: &'a Scan,
    asked: &'a Permission,
    chain: Vec<UserId>,
    left: usize,
}

impl Reader<'_> {
    fn read(&mut self, node: &Node, demanded: Capabilities) -> Vec<Finding> {
        let holder = node.subject.user();
        let mut findings = Vec::new();
        let implied = node.implied & demanded;
        if let Some(by) = node.implied_by.filter(|_| !implied.is_empty()) {
            findings.push(Finding::Implied { permission: self.asked.clone(), by, holder });
            if implied == demanded {
                return findings;
            }
        }
        self.chain.push(holder);
        for gift in &node.gifts {
            let asked = gift.grant.capabilities & demanded;
            if asked.is_empty() || self.left == 0 || (self.chain.contains(&gift.grant.issuer) && !gift.is_own) {
                continue;
            }
            self.left -= 1;
            findings.push(Finding::Path(self.path(gift, holder, asked)));
        }
        self.chain.pop();
        findings
    }

    fn path(&mut self, gift: &Gift, holder: UserId, asked: Capabilities) -> Path {
        let reading = self.scan.issuer(gift).map(|issuer| self.read(issuer, asked)).unwrap_or_default();
        let is_given = !(self.scan.given(gift) & asked).is_empty();
        Path {
            via: via(&gift.grant.holder),
            grant: gift.grant.id,
            permission: Permission::describing(&gift.grant.resource, gift.grant.capabilities),
            holder,
            issuer: gift.grant.issuer,
            has_terminal: is_given && reading.iter().any(is_terminal),
            reading,
        }
    }
}

const fn is_terminal(finding: &Finding) -> bool {
    match finding {
        Finding::Implied { .. } => true,
        Finding::Path(path) => path.has_terminal,
        Finding::Rewrite { .. } | Finding::Explode { .. } => false,
    }
}

const fn via(holder: &Holder) -> Via {
    match holder {
        Holder::User(_) | Holder::Link(_) => Via::User,
        Holder::Group(group) => Via::Group(*group),
        Holder::Everyone => Via::Everyone,
        Holder::App { user: Some(_), .. } => Via::UserApp,
        Holder::App { user: None, .. } => Via::DevApp,
        Holder::Token(_) => Via::AccessToken,
    }
}
