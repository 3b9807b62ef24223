//! Text fields of a `multipart/form-data` body (RFC 7578). Files have no place here and are read over.

/// Name and value of each text field. `None` for a body that is none.
pub(crate) fn fields(content_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let boundary = parameter(content_type, "boundary").filter(|boundary| (1..=70).contains(&boundary.len()))?;
    let text = std::str::from_utf8(body).ok()?;
    let delimiter = format!("--{boundary}");
    let mut parts = text.split(delimiter.as_str()).skip(1);
    let mut fields = Vec::new();
    loop {
        let part = parts.next()?;
        if part.starts_with("--") {
            return Some(fields);
        }
        let part = part.strip_prefix("\r\n")?.strip_suffix("\r\n")?;
        let (head, value) = part.split_once("\r\n\r\n")?;
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-disposition").then(|| value.trim())
        })?;
        if parameter(disposition, "filename").is_none() {
            fields.push((parameter(disposition, "name")?, value.to_owned()));
        }
    }
}

/// A parameter of a header value, without its quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim();
        let plain = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then(|| plain.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::fields;

    const TYPE: &str = "multipart/form-data; boundary=xx";

    #[test]
    fn text_fields_are_read() {
        let body = "--xx\r\nContent-Disposition: form-data; name=\"share[0][ShareTo]\"\r\n\r\nabc\r\n\
                    --xx\r\ncontent-disposition: form-data; name=f; filename=\"a\"\r\n\r\nfile\r\n\
                    --xx\r\nContent-Disposition: form-data; name=\"sharingMessage\"\r\n\r\nHello\r\nyou\r\n--xx--\r\n";
        let expected = [("share[0][ShareTo]", "abc"), ("sharingMessage", "Hello\r\nyou")];
        assert_eq!(fields(TYPE, body.as_bytes()), Some(expected.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec()));
    }

    #[test]
    fn a_body_that_is_none_is_refused() {
        for body in
            ["", "--xx\r\n", "--xx\r\nno head\r\n--xx--", "--xx\r\nContent-Disposition: form-data\r\n\r\nv\r\n--xx--"]
        {
            assert_eq!(fields(TYPE, body.as_bytes()), None, "{body:?}");
        }
        assert_eq!(fields("multipart/form-data", b"--xx--"), None);
        assert_eq!(fields(TYPE, b"\xff"), None);
    }
}
