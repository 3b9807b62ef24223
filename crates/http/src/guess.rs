//! Questions that would tell what a directory of somebody else's is called.
//!
//! Who was given something below it is never told that name. Whoever names the right one gets an answer, so he could
//! try one after another; such questions are counted. What we print has an id in place of the name, and is not.

use crate::{error::Rejection, state::UseCases};
use vouchsafe_flows::User;
use vouchsafe_types::{EntryId, Permission, Target, Username, share::EntryTarget};

/// Counts those of `texts`, which are permissions, that name a directory of another's.
///
/// # Errors
/// `too_many_requests`.
pub(crate) fn count_permissions<'t>(
    cases: &UseCases,
    caller: &User,
    texts: impl IntoIterator<Item = &'t String>,
) -> Result<(), Rejection> {
    let guesses = texts.into_iter().filter(|text| names_a_guess(text, &caller.username)).count();
    cases.limits().guess(caller.id, u32::try_from(guesses).unwrap_or(u32::MAX))
}

/// Counts those of `targets` that name a directory of another's.
///
/// # Errors
/// `too_many_requests`.
pub(crate) fn count_targets<'t>(
    cases: &UseCases,
    caller: &User,
    targets: impl IntoIterator<Item = &'t EntryTarget>,
) -> Result<(), Rejection> {
    let is_one = |target: &&EntryTarget| match target {
        EntryTarget::Path(path) => is_guess(&path.to_string(), &caller.username),
        EntryTarget::Uuid(_) => false,
    };
    let guesses = targets.into_iter().filter(is_one).count();
    cases.limits().guess(caller.id, u32::try_from(guesses).unwrap_or(u32::MAX))
}

/// Whether a permission is about such a path, however it is written.
fn names_a_guess(permission: &str, caller: &Username) -> bool {
    let Ok(Permission { target: Target::EntryPath(path), .. }) = permission.parse() else { return false };
    is_guess(&path, caller)
}

/// Whether a path goes through a directory inside somebody else's home, by its real name.
fn is_guess(path: &str, caller: &Username) -> bool {
    let mut names = path.split('/').filter(|name| !name.is_empty());
    let (home, directory, below) = (names.next(), names.next(), names.next());
    let is_foreign = home.is_some_and(|name| name != caller.as_str());
    is_foreign && below.is_some() && directory.is_some_and(|name| name.parse::<EntryId>().is_err())
}

#[cfg(test)]
mod tests {
    use super::names_a_guess;

    #[test]
    fn only_the_real_name_of_a_directory_of_somebody_elses_is_a_guess() {
        let ann = "ann".parse().unwrap();
        for (path, is) in [
            ("fs:/bob/d/a.txt:read", true),
            ("manage:fs://bob//d/e/a.txt", true),
            (r"f\s:\/bob/d/a.txt:read", true),
            (r"fs:/bo\b\/d/a.txt:read", true),
            ("fs:/ann/d/a.txt:read", false),
            (r"fs:/a\nn/d/a.txt:read", false),
            ("fs:/bob/a.txt:read", false),
            ("fs:/bob:read", false),
            ("fs:/bob/5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11/a.txt:read", false),
            ("door:fs:/bob/d/a.txt", false),
            ("fs:/bob/d/a.txt:fly", false),
        ] {
            assert_eq!(names_a_guess(path, &ann), is, "{path}");
        }
    }
}
