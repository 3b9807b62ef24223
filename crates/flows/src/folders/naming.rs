//! What a folder is called, and the name that its entry gets for it.

use crate::Fault;
use vouchsafe_store::Tx;
use vouchsafe_types::{EntryId, EntryName, error::ApiError};

/// The longest title of a folder, and the longest that somebody gives to one of somebody else's, in characters.
pub(super) const MAX_TITLE: usize = 4_096;
pub(super) const MAX_OWN_TITLE: usize = 255;
/// The longest name that is made from a title, in bytes: a number still fits behind it.
const MAX_STEM: usize = 200;
/// After so many numbers, chance finds a free name.
const MAX_NUMBER: u32 = 20;

/// A title, cut to what is kept of it.
///
/// # Errors
/// `field_invalid` for a text that not every database can keep.
pub(super) fn title_of(text: &str, most: usize) -> Result<String, ApiError> {
    if text.contains('\0') {
        return Err(ApiError::invalid("title", "a text without NUL", None));
    }
    Ok(text.chars().take(most).collect())
}

/// A free name in a directory for an entry of this title, and the title if the name is not it. `except` may have it.
pub(super) fn name_for(
    tx: &mut Tx<'_>,
    parent: i64,
    title: &str,
    except: Option<i64>,
) -> Result<(EntryName, Option<String>), Fault> {
    if let Ok(name) = title.parse::<EntryName>()
        && is_free(tx, parent, &name, except)?
    {
        return Ok((name, None));
    }
    let stem = stem_of(title);
    let numbered = (1..=MAX_NUMBER).map(|n| if n == 1 { stem.clone() } else { format!("{stem} ({n})") });
    for text in numbered.chain([format!("{stem} {}", EntryId::mint())]) {
        if let Ok(name) = text.parse::<EntryName>()
            && is_free(tx, parent, &name, except)?
        {
            return Ok((name, Some(title.to_owned())));
        }
    }
    Err(Fault::Internal("no free name for a folder".to_owned()))
}

fn is_free(tx: &mut Tx<'_>, parent: i64, name: &EntryName, except: Option<i64>) -> Result<bool, Fault> {
    Ok(tx.find_child(parent, name)?.is_none_or(|found| Some(found.id) == except))
}

/// What of a title can be a name.
fn stem_of(title: &str) -> String {
    let mut stem = String::new();
    for c in title.chars() {
        let legal = if c.to_string().parse::<EntryName>().is_ok() || c == '.' { c } else { '_' };
        if stem.len() + legal.len_utf8() > MAX_STEM {
            break;
        }
        stem.push(legal);
    }
    match stem.parse::<EntryName>() {
        Ok(_) => stem,
        Err(_) => "Folder".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_title_has_a_stem_that_is_a_name() {
        for (title, stem) in
            [("a/b", "a_b"), ("", "Folder"), ("..", "Folder"), ("a\n\u{202e}", "a__"), ("v1.2", "v1.2")]
        {
            assert_eq!(stem_of(title), stem);
        }
        assert!(stem_of(&"ö/".repeat(4_096)).len() <= MAX_STEM);
    }

    #[test]
    fn a_title_is_cut_and_not_refused_for_its_length() {
        assert_eq!(title_of(&"ö".repeat(300), MAX_OWN_TITLE).unwrap().chars().count(), MAX_OWN_TITLE);
        assert!(title_of("a\0", MAX_TITLE).is_err());
    }
}
