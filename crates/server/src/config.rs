//! Settings: the file, then the environment, then flags; later wins. Every faulty key is named.

use crate::{database, secret::MIN_SECRET_BYTES};
use config::{Config as Layers, ConfigError, Environment, File, FileFormat, Value};
use secrecy::SecretString;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    str::FromStr,
};

/// Every key, with its default, and whether its value is a secret. An empty default means none.
const KEYS: [(&str, &str, bool); 27] = [
    ("listen", "127.0.0.1:4100", false),
    ("public_url", "", false),
    ("data_dir", "./data", false),
    ("database_url", "", true),
    ("secret", "", true),
    ("secret_file", "", false),
    ("mail_url", "", true),
    ("mail_from", "Vouchsafe <no-reply@localhost>", false),
    ("webhook_url", "", true),
    ("webhook_secret", "", true),
    ("signup", "closed", false),
    ("rate_limits", "on", false),
    ("log", "info", false),
    ("log_format", "text", false),
    ("workers", "", false),
    ("cors_origins", "", false),
    ("trusted_proxies", "0", false),
    ("jwt_issuers", "", false),
    ("bookmarks_ticket", "off", false),
    ("public_links", "on", false),
    ("zus_profile", "docs", false),
    ("zus_signature", "verify", false),
    ("zus_replay", "off", false),
    ("zus_csrf", "off", false),
    ("zus_ticket", "off", false),
    ("bench", "off", false),
    ("db_readers", "8", false),
];

/// Accepted because the contract names them; they have no effect in this version, and the server says so.
const WITHOUT_EFFECT: [&str; 7] =
    ["cors_origins", "jwt_issuers", "zus_profile", "zus_signature", "zus_replay", "zus_csrf", "zus_ticket"];

/// What the operator decided.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: String,
    pub(crate) secret: Option<SecretString>,
    pub(crate) mail_url: String,
    pub(crate) mail_from: String,
    pub(crate) webhook_url: Option<String>,
    /// Signs webhooks; without one, the secret of the server does.
    pub(crate) webhook_secret: Option<SecretString>,
    pub(crate) is_signup_open: bool,
    pub(crate) are_limits_on: bool,
    pub(crate) are_public_links_on: bool,
    pub(crate) are_tickets_on: bool,
    pub(crate) log: String,
    pub(crate) is_log_json: bool,
    pub(crate) workers: usize,
    pub(crate) trusted_proxies: usize,
    pub(crate) is_bench: bool,
    pub(crate) db_readers: u32,
    /// Keys that were set although they have no effect.
    pub(crate) without_effect: Vec<&'static str>,
    shown: BTreeMap<&'static str, String>,
}

/// Faulty keys, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Faults(pub(crate) Vec<String>);

/// What was set, as text by key, and what is wrong with it so far.
struct Given {
    values: HashMap<String, String>,
    faults: Vec<String>,
}

impl Config {
    /// Reads the layers: `defaults` of a command, the file, the environment (all of it), and flags.
    pub(crate) fn load(
        file: Option<&Path>,
        defaults: &[(&'static str, &str)],
        environment: impl Iterator<Item = (String, String)>,
        overrides: &[(&str, String)],
    ) -> Result<Self, Faults> {
        let environment: HashMap<String, String> =
            environment.filter(|(name, _)| name.starts_with("VOUCHSAFE_") && !is_reserved(name)).collect();
        let mut layers = Layers::builder();
        for (key, value) in defaults {
            layers = layers.set_default(*key, *value).map_err(|e| Faults(vec![e.to_string()]))?;
        }
        layers = match file {
            Some(path) => layers.add_source(File::new(&path.display().to_string(), FileFormat::Toml)),
            None => layers.add_source(File::new("vouchsafe.toml", FileFormat::Toml).required(false)),
        };
        layers = layers.add_source(Environment::with_prefix("VOUCHSAFE").source(Some(environment)));
        for (key, value) in overrides {
            layers = layers.set_override(*key, value.as_str()).map_err(|e| Faults(vec![e.to_string()]))?;
        }
        let built = layers.build().and_then(Layers::try_deserialize::<HashMap<String, Value>>);
        Self::check(built.map_err(|e| Faults(vec![unreadable(&e)]))?)
    }

    fn check(layers: HashMap<String, Value>) -> Result<Self, Faults> {
        let mut given = Given { values: HashMap::new(), faults: Vec::new() };
        for (key, value) in layers {
            given.take(key, value);
        }
        let data_dir = PathBuf::from(given.text("data_dir"));
        let or = |text: String, default: String| if text.is_empty() { default } else { text };
        let database_url =
            or(given.text("database_url"), format!("sqlite://{}", data_dir.join("vouchsafe.db").display()));
        if let Some(fault) = database::fault(&database_url) {
            given.fault("database_url", fault);
        }
        let public_url = Some(given.text("public_url").trim_end_matches('/').to_owned()).filter(|u| !u.is_empty());
        if public_url.as_ref().is_some_and(|u| !is_http(u)) {
            given.fault("public_url", "is no `http://` or `https://` origin");
        }
        let webhook_url = Some(given.text("webhook_url")).filter(|u| !u.is_empty());
        if webhook_url.as_ref().is_some_and(|u| !is_http(u)) {
            given.fault("webhook_url", "is no `http://` or `https://` address");
        }
        let workers = if given.text("workers").is_empty() { 0 } else { given.parse("workers").unwrap_or(0) };
        let config = Self {
            listen: given.parse("listen").unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 4100))),
            public_url,
            mail_url: or(given.text("mail_url"), format!("file://{}", data_dir.join("mail").display())),
            data_dir,
            database_url,
            secret: given.secret(),
            mail_from: given.text("mail_from"),
            webhook_url,
            webhook_secret: given.webhook_secret(),
            is_signup_open: given.one_of("signup", ["closed", "open"]),
            are_limits_on: given.one_of("rate_limits", ["off", "on"]),
            are_public_links_on: given.one_of("public_links", ["off", "on"]),
            are_tickets_on: given.one_of("bookmarks_ticket", ["off", "on"]),
            log: given.text("log"),
            is_log_json: given.one_of("log_format", ["text", "json"]),
            workers,
            trusted_proxies: given.parse("trusted_proxies").unwrap_or(0),
            is_bench: given.one_of("bench", ["off", "on"]),
            db_readers: given.parse::<NonZeroU32>("db_readers").map_or(8, NonZeroU32::get),
            without_effect: WITHOUT_EFFECT.into_iter().filter(|key| given.values.contains_key(*key)).collect(),
            shown: BTreeMap::new(),
        };
        for (key, choices) in [
            ("zus_profile", ["docs", "native"]),
            ("zus_signature", ["verify", "trust"]),
            ("zus_replay", ["off", "strict"]),
            ("zus_csrf", ["off", "required"]),
            ("zus_ticket", ["off", "strict"]),
        ] {
            given.one_of(key, choices);
        }
        if !given.faults.is_empty() {
            given.faults.sort();
            return Err(Faults(given.faults));
        }
        Ok(Self { shown: given.shown(&config), ..config })
    }

    /// The settings in force, secrets masked: one `key = value` line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.shown.iter().map(|(key, value)| format!("{key} = {value}")).collect()
    }
}

/// What is wrong with the file, in one line. A parser quotes the line it stumbles over, and that may be the secret.
fn unreadable(error: &ConfigError) -> String {
    let ConfigError::FileParse { uri, cause } = error else { return format!("config: {error}") };
    let text = cause.to_string();
    let place = text.lines().next().and_then(|line| line.split_once(" at ")).map(|(_, place)| place);
    let is_place = |place: &&str| place.starts_with("line ") && !place.contains('=');
    let file = uri.as_deref().unwrap_or("the file");
    match place.filter(is_place) {
        Some(place) => format!("config: {file}: no valid TOML at {place}"),
        None => format!("config: {file}: no valid TOML"),
    }
}

fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// Not settings: where the file is, and what the tests use.
fn is_reserved(name: &str) -> bool {
    name == "VOUCHSAFE_CONFIG" || name.starts_with("VOUCHSAFE_TEST_")
}

impl Given {
    fn take(&mut self, key: String, value: Value) {
        if !KEYS.iter().any(|(known, ..)| *known == key) {
            return self.faults.push(format!("{key}: unknown key"));
        }
        let text = match value.clone().into_array() {
            Ok(list) => list.into_iter().map(Value::into_string).collect::<Result<Vec<_>, _>>().map(|l| l.join(",")),
            Err(_) => value.into_string(),
        };
        match text {
            Ok(text) => drop(self.values.insert(key, text)),
            Err(_) => self.faults.push(format!("{key}: is no plain value")),
        }
    }

    fn fault(&mut self, key: &str, what: impl Display) {
        self.faults.push(format!("{key}: {what}"));
    }

    fn text(&self, key: &str) -> String {
        let default = KEYS.iter().find(|(known, ..)| *known == key).map_or("", |(_, default, _)| default);
        self.values.get(key).cloned().unwrap_or_else(|| default.to_owned())
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key);
        text.parse().map_err(|e: T::Err| self.fault(key, format!("`{text}`: {e}"))).ok()
    }

    /// Whether the second of two choices was made.
    fn one_of(&mut self, key: &str, choices: [&str; 2]) -> bool {
        let text = self.text(key);
        if !choices.contains(&text.as_str()) {
            self.fault(key, format!("`{text}` is neither `{}` nor `{}`", choices[0], choices[1]));
        }
        text == choices[1]
    }

    fn secret(&mut self) -> Option<SecretString> {
        let (secret, file) = (self.text("secret"), self.text("secret_file"));
        let (key, text) = match (secret.is_empty(), file.is_empty()) {
            (false, _) => ("secret", secret),
            (true, true) => return None,
            (true, false) => match std::fs::read_to_string(&file) {
                Ok(text) => ("secret_file", text.trim_end().to_owned()),
                Err(error) => {
                    self.fault("secret_file", format!("{file}: {error}"));
                    return None;
                }
            },
        };
        self.long_enough(key, text)
    }

    fn webhook_secret(&mut self) -> Option<SecretString> {
        Some(self.text("webhook_secret")).filter(|s| !s.is_empty()).and_then(|s| self.long_enough("webhook_secret", s))
    }

    fn long_enough(&mut self, key: &str, text: String) -> Option<SecretString> {
        if text.len() < MIN_SECRET_BYTES {
            self.fault(key, format!("shorter than {MIN_SECRET_BYTES} bytes"));
        }
        Some(text.into())
    }

    fn shown(&self, config: &Config) -> BTreeMap<&'static str, String> {
        let line = |(key, _, is_secret): &(&'static str, &str, bool)| {
            let text = match *key {
                "mail_url" => config.mail_url.clone(),
                "database_url" => config.database_url.clone(),
                key => self.text(key),
            };
            let is_masked =
                *is_secret && !text.is_empty() && !text.starts_with("file://") && !text.starts_with("sqlite://");
            (*key, if is_masked { "********".to_owned() } else { text })
        };
        KEYS.iter().filter(|(key, ..)| *key != "bench").map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(environment: &[(&str, &str)]) -> Result<Config, Faults> {
        let all = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::load(None, &[], all, &[])
    }

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let config = load(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4100");
        assert_eq!(config.database_url, "sqlite://./data/vouchsafe.db");
        assert_eq!(config.mail_url, "file://./data/mail");
        assert!(!config.is_signup_open && config.are_limits_on && !config.is_log_json);
        assert!(config.are_public_links_on);
    }

    #[test]
    fn every_faulty_key_is_named() {
        let faults = load(&[
            ("VOUCHSAFE_COLOUR", "red"),
            ("VOUCHSAFE_LISTEN", "here"),
            ("VOUCHSAFE_SECRET", "short"),
            ("VOUCHSAFE_SIGNUP", "maybe"),
            ("VOUCHSAFE_DATABASE_URL", "mysql://x"),
            ("VOUCHSAFE_WEBHOOK_SECRET", "short"),
            ("VOUCHSAFE_WEBHOOK_URL", "ftp://x"),
            ("VOUCHSAFE_WORKERS", "-1"),
        ]);
        let lines = faults.unwrap_err().0;
        let keys: Vec<&str> = lines.iter().filter_map(|l| l.split(':').next()).collect();
        let expected =
            ["colour", "database_url", "listen", "secret", "signup", "webhook_secret", "webhook_url", "workers"];
        assert_eq!(keys, expected);
        assert!(!lines.join(" ").contains("short`"));
    }

    #[test]
    fn later_layers_win_and_secrets_are_masked() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("vouchsafe.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nsignup = \"open\"\nworkers = 3\n").unwrap();
        let environment = [
            ("VOUCHSAFE_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
            ("VOUCHSAFE_SECRET".to_owned(), "s".repeat(40)),
        ];
        let flags = [("listen", "127.0.0.1:3".to_owned())];
        let config = Config::load(Some(&file), &[], environment.into_iter(), &flags).unwrap();
        assert_eq!((config.listen.port(), config.is_signup_open, config.workers), (3, true, 3));
        let lines = config.lines().join("\n");
        assert!(lines.contains("secret = ********") && !lines.contains("ssss"), "{lines}");
    }

    #[test]
    fn a_broken_file_is_named_in_one_line_without_quoting_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("vouchsafe.toml");
        for text in ["secret = \"0123456789abcdef\n", "secret = 0123456789abcdef\n", "[secret\n0123456789abcdef"] {
            std::fs::write(&file, text).unwrap();
            let Faults(lines) = Config::load(Some(&file), &[], std::iter::empty(), &[]).unwrap_err();
            assert_eq!(lines.len(), 1);
            assert!(lines[0].contains("vouchsafe.toml") && !lines[0].contains('\n'), "{lines:?}");
            assert!(!lines[0].contains("0123456789"), "{lines:?}");
        }
    }

    #[test]
    fn a_server_needs_at_least_one_reader() {
        assert!(load(&[("VOUCHSAFE_DB_READERS", "0")]).unwrap_err().0[0].starts_with("db_readers:"));
    }

    #[test]
    fn a_missing_file_that_was_asked_for_is_a_fault() {
        assert!(Config::load(Some(Path::new("/nowhere.toml")), &[], std::iter::empty(), &[]).is_err());
    }
}
