//! Every code is documented.

use std::{fs, path::Path};
use vouchsafe_types::error::ApiError;

#[test]
fn errors_are_documented() {
    let mut page = String::from(
        "# Errors\n\nWritten from the catalogue by `make docs`. A code never changes its meaning.\n\n\
         | Code | Status | When |\n|---|---|---|\n",
    );
    for row in ApiError::catalogue() {
        page += &format!("| `{}` | {} | {} |\n", row.code, row.status, row.doc);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ERRORS.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page, "run `make docs`");
}
