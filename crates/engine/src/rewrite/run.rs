use super::{AppDataPath, AppName, FsPath, SiteName};
use crate::source::GrantSource;
use vouchsafe_types::Permission;

/// What a rule makes of a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// The rule does not apply.
    Same,
    /// This one stands for it.
    To(Permission),
    /// The name stands for nothing.
    Nothing,
}

/// A rule that turns one permission into another. Rewriting twice must be rewriting once.
pub trait RewriteRule<S: GrantSource>: Send + Sync {
    /// Its name in readings.
    fn id(&self) -> &'static str;

    /// What it makes of `permission`.
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    fn rewrite(&self, source: &mut S, permission: &Permission) -> Result<Rewritten, S::Error>;
}

/// The most rewrites of one permission; more is a loop between rules, and stands for nothing.
const MAX_REWRITES: usize = 8;

/// The rules of this service, in their order.
#[must_use]
pub fn standard<S: GrantSource>() -> Vec<Box<dyn RewriteRule<S>>> {
    vec![Box::new(FsPath), Box::new(AppName), Box::new(SiteName), Box::new(AppDataPath)]
}

/// Applies the rules until none applies.
pub(crate) fn run<S: GrantSource>(
    rules: &[Box<dyn RewriteRule<S>>],
    source: &mut S,
    permission: &Permission,
) -> Result<Rewritten, S::Error> {
    let mut current = permission.clone();
    for _ in 0..MAX_REWRITES {
        let mut next = Rewritten::Same;
        for rule in rules {
            next = rule.rewrite(source, &current)?;
            if next != Rewritten::Same {
                break;
            }
        }
        match next {
            Rewritten::Same => return Ok(Rewritten::To(current)),
            Rewritten::To(permission) => current = permission,
            Rewritten::Nothing => return Ok(Rewritten::Nothing),
        }
    }
    Ok(Rewritten::Nothing)
}
