//! Which way the arrows point, and how files look.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a crate may depend on of ours, and what it must never depend on.
const ARROWS: [(&str, &[&str], &[&str]); 8] = [
    ("types", &[], &["diesel", "actix-web", "reqwest", "tokio", "lettre"]),
    ("engine", &["types"], &["diesel", "actix-web", "tokio", "reqwest"]),
    ("store", &["types", "engine"], &["actix-web", "reqwest", "lettre"]),
    ("flows", &["types", "engine", "store"], &["diesel", "actix-web", "reqwest"]),
    ("notify", &["types", "store"], &["diesel", "actix-web"]),
    ("http", &["types", "engine", "flows"], &["diesel", "reqwest", "lettre"]),
    ("client", &["types"], &["diesel", "actix-web", "lettre"]),
    ("server", &["types", "flows", "store", "notify", "http"], &["diesel"]),
];

/// The longest source file, in lines before its tests.
const MAX_LINES: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The names under `[dependencies]`.
fn dependencies(krate: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split(['.', '=', ' ']).next()).filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    sources(&root().join("crates"), &mut found);
    found
}

#[test]
fn no_arrow_turns_round() {
    for (krate, allowed, never) in ARROWS {
        for name in dependencies(krate) {
            assert!(!never.contains(&name.as_str()), "{krate} must never depend on {name}");
            if let Some(ours) = name.strip_prefix("vouchsafe-") {
                assert!(allowed.contains(&ours), "{krate} must not depend on {ours}");
            }
        }
    }
}

#[test]
fn every_crate_has_its_arrows() {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    for krate in crates {
        assert!(ARROWS.iter().any(|(name, ..)| *name == krate), "{krate} has no row");
    }
}

#[test]
fn a_source_file_is_short() {
    for path in all_sources() {
        let text = fs::read_to_string(&path).unwrap();
        let before_tests = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        assert!(before_tests <= MAX_LINES, "{} has {before_tests} lines", path.display());
    }
}

/// Whatever is given counts towards what one person may give.
#[test]
fn who_gives_asks_for_room() {
    let flows = root().join("crates/flows");
    for path in all_sources().iter().filter(|path| path.starts_with(&flows)) {
        let text = fs::read_to_string(path).unwrap();
        let asks = ["apply_gift(", "require_room("].iter().any(|word| text.contains(word));
        assert!(asks || !text.contains("plan_give("), "{}", path.display());
    }
}

#[test]
fn lib_and_mod_files_only_point_the_way() {
    for path in all_sources().iter().filter(|p| p.ends_with("lib.rs") || p.ends_with("mod.rs")) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let is_item = ["fn ", "struct ", "enum ", "impl ", "trait ", "const ", "static "]
                .iter()
                .any(|word| line.trim_start_matches("pub ").trim_start_matches("pub(crate) ").starts_with(word));
            let is_routes = line.starts_with("pub(crate) fn routes");
            assert!(!is_item || is_routes, "{}: {line}", path.display());
        }
    }
}
