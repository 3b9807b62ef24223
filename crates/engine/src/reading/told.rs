use super::{Finding, Path};
use crate::solve::{Gift, Node};

/// The most findings about pathways in one reading, at all levels together; further ones are left out.
pub(super) const MAX_FINDINGS: usize = 1_000;
/// How deep readings lie in each other; what is behind is left out.
pub(super) const MAX_DEPTH: usize = 50;

/// Findings, each with the number of findings that it consists of.
#[derive(Clone, Default)]
pub(super) struct Told(Vec<(Finding, usize)>);

impl Told {
    pub(super) fn one(finding: Finding) -> Self {
        Self(vec![(finding, 1)])
    }

    /// How many there are, at all levels together.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|(_, size)| size).sum()
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.0.iter().any(|(finding, _)| finding.is_terminal())
    }

    /// Adds what is not there yet, as far as there is room. Gives whether there was.
    pub(super) fn add(&mut self, more: Self, most: usize) -> bool {
        let mut size = self.size();
        for (finding, extent) in more.0 {
            if self.0.iter().any(|(told, _)| *told == finding) {
                continue;
            }
            size += extent;
            if size > most {
                return false;
            }
            self.0.push((finding, extent));
        }
        true
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter().map(|(finding, _)| finding)
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.0.into_iter().map(|(finding, _)| finding).collect()
    }

    /// A gift as a finding, with what stands behind it.
    pub(super) fn path(node: &Node, gift: &Gift, has_terminal: bool, behind: Self) -> Self {
        let (grant, size) = (&gift.grant, behind.size() + 1);
        let path = Finding::Path(Path {
            via: (&grant.holder).into(),
            grant: grant.id,
            resource: grant.resource.clone(),
            capabilities: grant.capabilities,
            holder: node.subject.person(),
            issuer: grant.issuer,
            has_terminal,
            reading: behind.into_findings(),
        });
        Self(vec![(path, size)])
    }
}
