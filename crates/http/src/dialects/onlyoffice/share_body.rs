//! What shall be changed: `share`, `notify`, `sharingMessage`, `advancedSettings`.

use super::{
    args::{Args, field},
    scalar, well_known,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use vouchsafe_flows::{LinkOptions, SetShare, Setting, ShareChange};
use vouchsafe_types::{Restrictions, error::ApiError};

/// The most elements of `share`.
const MOST_SHARES: usize = 1_000;

/// What a request wants changed, but for what only a file can have.
///
/// # Errors
/// A code for each kind of faulty value; `too_many_keys` for more than 1,000 shares.
pub(super) fn change(args: &Args) -> Result<ShareChange, ApiError> {
    let sets = match args.get("share")? {
        None => Vec::new(),
        Some(Value::Array(all)) if all.len() > MOST_SHARES => {
            return Err(ApiError::TooManyKeys { key: "share".to_owned(), max: MOST_SHARES });
        }
        // One of several that says nothing: what was meant is not for us to guess.
        Some(Value::Array(all)) if all.len() > 1 && all.contains(&json!({})) => return Err(not_a_share()),
        Some(Value::Array(all)) => all.iter().map(element).collect::<Result<Vec<_>, _>>()?,
        Some(one @ Value::Object(_)) => vec![element(one)?],
        Some(_) => return Err(not_a_share()),
    };
    let notice = match args.flag("notify")? {
        true => Some(args.text("sharingmessage")?.unwrap_or_default()),
        false => None,
    };
    Ok(ShareChange { sets: sets.into_iter().flatten().collect(), restrictions: None, notice })
}

/// Whether no share was sent, not even one that is passed over.
///
/// # Errors
/// `bad_request`.
pub(super) fn is_empty(args: &Args) -> Result<bool, ApiError> {
    Ok(match args.get("share")? {
        None => true,
        Some(Value::Array(all)) => all.is_empty(),
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    })
}

fn not_a_share() -> ApiError {
    ApiError::invalid("share", "objects with `ShareTo` and `Access`", None)
}

/// One element; `None` for one that stands for nobody.
fn element(value: &Value) -> Result<Option<SetShare>, ApiError> {
    let object = value.as_object().ok_or_else(not_a_share)?;
    let object = unwrapped(object)?;
    let id = match field(object, "shareto")? {
        None | Some(Value::Null) => None,
        Some(value) => Some(scalar::guid(value)?),
    };
    let setting = field(object, "access")?.map_or(Ok(Setting::Nothing), scalar::access)?;
    let options = link_options(object)?;
    Ok(id.and_then(well_known::subject).map(|subject| SetShare { subject, setting, options }))
}

/// What is said of a link: `linkSettings`, as its template shows them, and `title`.
fn link_options(object: &Map<String, Value>) -> Result<Option<LinkOptions>, ApiError> {
    let settings = match field(object, "linksettings")? {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(settings)) => settings,
        Some(_) => return Err(ApiError::invalid("linkSettings", "an object", None)),
    };
    let text = |value: Option<&Value>, name: &str| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ApiError::invalid(name, "a text", None)),
    };
    let expires_at = match field(settings, "expirationdate")? {
        None => None,
        Some(value) => Some(text(Some(value), "expirationDate")?.map(|text| moment(&text)).transpose()?),
    };
    Ok(Some(LinkOptions {
        title: text(field(object, "title")?, "title")?.filter(|title| !title.is_empty()),
        password: text(field(settings, "password")?, "password")?,
        expires_at,
        auto_delete: field(settings, "autodelete")?.map(scalar::boolean).transpose()?,
    }))
}

fn moment(text: &str) -> Result<DateTime<Utc>, ApiError> {
    let parsed = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).ok();
    parsed.ok_or_else(|| ApiError::invalid("expirationDate", "a time as in RFC 3339", None))
}

/// The official example wraps each element into `value`: once.
fn unwrapped(object: &Map<String, Value>) -> Result<&Map<String, Value>, ApiError> {
    if field(object, "shareto")?.is_some() {
        return Ok(object);
    }
    Ok(field(object, "value")?.and_then(Value::as_object).unwrap_or(object))
}

/// What shall be kept back on a file.
///
/// # Errors
/// `field_invalid`, `boolean_invalid`, `bad_request`.
pub(super) fn restrictions(args: &Args) -> Result<Option<Restrictions>, ApiError> {
    let object = match args.get("advancedsettings")? {
        None => return Ok(None),
        Some(Value::Object(object)) => object,
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(_) => return Err(ApiError::invalid("advancedSettings", "an object", None)),
    };
    let (download, sharing) = (field(object, "denydownload")?, field(object, "denysharing")?);
    if download.is_none() && sharing.is_none() {
        return Ok(None);
    }
    let flag = |value: Option<&Value>| value.map_or(Ok(false), scalar::boolean);
    Ok(Some(Restrictions { denies_download: flag(download)?, denies_sharing: flag(sharing)? }))
}
