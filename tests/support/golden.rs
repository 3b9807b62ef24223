use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// Compares status and body with the file `it/<name>.json`; with `BLESS=1` it is written anew.
pub fn assert_golden(name: &str, answer: &crate::Answer) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("it").join(format!("{name}.json"));
    let got = json!({ "status": answer.status, "body": answer.body });
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&got).unwrap())).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}; run `make bless`", path.display()));
    let expected: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(got, expected, "{name}");
}
