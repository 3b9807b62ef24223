//! Form fields with brackets become JSON: `share[0][ShareTo]=…`, `share[][Access]=…`, `fileIds[]=…`.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use vouchsafe_types::error::ApiError;

/// What has been read under one name.
enum Node {
    /// `name=value`, `name[]=value`, `name[3]=value`.
    Values(Vec<String>),
    /// `name[key]=value`: one object.
    Object(Map<String, Value>),
    /// `name[0][key]=value`: objects by index.
    Elements(BTreeMap<usize, Map<String, Value>>),
}

/// Values by their names, each with its own fault: for who reads it.
pub(super) type Fields = BTreeMap<String, Result<Value, ApiError>>;

/// The fields of a form; a name that is given several times becomes a list. `bad_request` under a name with a gap in its
/// indexes, a field that is given twice, or brackets that mean nothing.
pub(super) fn object(fields: impl IntoIterator<Item = (String, String)>) -> Fields {
    let (mut nodes, mut faults) = (BTreeMap::new(), Fields::new());
    for (key, value) in fields {
        let is_added = split(&key).and_then(|(name, path)| add(&mut nodes, name, &path, value)).is_some();
        if !is_added {
            let name = key.split(['[', '.']).next().unwrap_or_default();
            faults.insert(name.to_owned(), Err(broken(&key)));
        }
    }
    let named = |(name, node): (String, Node)| {
        let value = value_of(node).ok_or_else(|| broken(&name));
        (name, value)
    };
    let mut object: Fields = nodes.into_iter().map(named).collect();
    object.append(&mut faults);
    object
}

fn broken(key: &str) -> ApiError {
    let key: String = key.chars().take(100).collect();
    ApiError::BadRequest { reason: format!("The form field `{key}` cannot be read.") }
}

/// The name, and what stands in brackets or after dots behind it.
fn split(key: &str) -> Option<(String, Vec<String>)> {
    let end = key.find(['[', '.']).unwrap_or(key.len());
    let (name, mut rest) = key.split_at_checked(end)?;
    let mut path = Vec::new();
    while !rest.is_empty() {
        let (part, behind) = match rest.strip_prefix('[') {
            Some(open) => open.split_once(']')?,
            None => {
                let dotted = rest.strip_prefix('.')?;
                dotted.split_at_checked(dotted.find(['[', '.']).unwrap_or(dotted.len()))?
            }
        };
        if part.contains(['[', ']']) {
            return None;
        }
        path.push(part.trim().to_owned());
        rest = behind;
    }
    (!name.is_empty() && path.len() <= 3).then(|| (name.to_owned(), path))
}

fn add(nodes: &mut BTreeMap<String, Node>, name: String, path: &[String], value: String) -> Option<()> {
    let is_place = |part: &String| part.is_empty() || part.parse::<usize>().is_ok();
    match path {
        [] => push(nodes.entry(name).or_insert_with(|| Node::Values(Vec::new())), value),
        [place] if is_place(place) => push(nodes.entry(name).or_insert_with(|| Node::Values(Vec::new())), value),
        [key] => match nodes.entry(name).or_insert_with(|| Node::Object(Map::new())) {
            Node::Object(object) => insert(object, key, Value::String(value)),
            Node::Values(_) | Node::Elements(_) => None,
        },
        [place, keys @ ..] if is_place(place) => {
            let at = if place.is_empty() { 0 } else { place.parse().ok()? };
            let Node::Elements(elements) = nodes.entry(name).or_insert_with(|| Node::Elements(BTreeMap::new())) else {
                return None;
            };
            let element = elements.entry(at).or_default();
            match keys {
                [key] => insert(element, key, Value::String(value)),
                [outer, key] => match element.entry(outer.clone()).or_insert_with(|| Value::Object(Map::new())) {
                    Value::Object(inner) => insert(inner, key, Value::String(value)),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

fn push(node: &mut Node, value: String) -> Option<()> {
    match node {
        Node::Values(values) => {
            values.push(value);
            Some(())
        }
        Node::Object(_) | Node::Elements(_) => None,
    }
}

fn insert(object: &mut Map<String, Value>, key: &str, value: Value) -> Option<()> {
    if key.is_empty() || object.contains_key(key) {
        return None;
    }
    object.insert(key.to_owned(), value);
    Some(())
}

/// `None` for a gap.
fn value_of(node: Node) -> Option<Value> {
    Some(match node {
        Node::Values(mut values) if values.len() == 1 => Value::String(values.pop()?),
        Node::Values(values) => values.into(),
        Node::Object(object) => object.into(),
        Node::Elements(elements) => {
            let is_whole = elements.keys().copied().eq(0..elements.len());
            is_whole.then(|| elements.into_values().collect::<Vec<_>>().into())?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::object;
    use serde_json::{Map, Value, json};

    fn read(form: &str) -> Option<Value> {
        let fields = form.split('&').filter_map(|pair| pair.split_once('='));
        let read = object(fields.map(|(key, value)| (key.to_owned(), value.to_owned())));
        read.into_iter().map(|(name, value)| Some((name, value.ok()?))).collect::<Option<Map<_, _>>>().map(Value::from)
    }

    #[test]
    fn brackets_and_dots_become_json() {
        let two = json!({"share": [{"ShareTo": "a", "Access": "1"}, {"shareTo": "b"}], "notify": "true"});
        assert_eq!(read("share[0][ShareTo]=a&share[0][Access]=1&share[1].shareTo=b&notify=true"), Some(two));
        assert_eq!(
            read("share[][ShareTo]=a&share[][Access]=1"),
            Some(json!({"share": [{"ShareTo": "a", "Access": "1"}]}))
        );
        assert_eq!(read("share[ShareTo]=a"), Some(json!({"share": {"ShareTo": "a"}})));
        assert_eq!(read("share[0][value][ShareTo]=a"), Some(json!({"share": [{"value": {"ShareTo": "a"}}]})));
        assert_eq!(read("fileIds[]=1&fileIds[]=2"), Some(json!({"fileIds": ["1", "2"]})));
        assert_eq!(
            read("advancedSettings.denyDownload=true"),
            Some(json!({"advancedSettings": {"denyDownload": "true"}}))
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for form in [
            "share[1][ShareTo]=a",
            "share[0][ShareTo]=a&share[2][ShareTo]=b",
            "share[0][ShareTo]=a&share[0][ShareTo]=b",
            "share[][ShareTo]=a&share[][ShareTo]=b",
            "share=x&share[0][ShareTo]=a",
            "share[0[ShareTo]=a",
            "[0]=a",
            "share[0][a][b][c]=d",
            "share[99999999999999999999999][ShareTo]=a",
        ] {
            assert_eq!(read(form), None, "{form}");
        }
    }
}
