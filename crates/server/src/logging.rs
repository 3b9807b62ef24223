//! Log lines on standard error: text or JSON, through env_logger.

use log::kv::{Key, Value, VisitSource};
use std::io::Write;

struct Fields<'a>(&'a mut serde_json::Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Fields<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), log::kv::Error> {
        let value = serde_json::to_value(&value).unwrap_or_else(|_| value.to_string().into());
        self.0.insert(key.as_str().to_owned(), value);
        Ok(())
    }
}

/// Starts logging. A second call changes nothing.
pub(crate) fn start(filter: &str, is_json: bool) {
    let mut builder = env_logger::Builder::new();
    builder.parse_filters(filter);
    // At debug level handlebars logs the values of a mail, and those are private.
    builder.filter_module("handlebars", log::LevelFilter::Off);
    if is_json {
        builder.format(|out, record| {
            let mut line = serde_json::Map::new();
            line.insert("at".into(), crate::run::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true).into());
            line.insert("level".into(), record.level().as_str().into());
            line.insert("target".into(), record.target().into());
            line.insert("message".into(), record.args().to_string().into());
            let mut fields = serde_json::Map::new();
            if record.key_values().visit(&mut Fields(&mut fields)).is_ok() {
                line.extend(fields);
            }
            writeln!(out, "{}", serde_json::Value::Object(line))
        });
    } else {
        builder.format(|out, record| {
            let mut fields = serde_json::Map::new();
            let visited = record.key_values().visit(&mut Fields(&mut fields));
            let at = crate::run::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
            let message = record.args().to_string().replace(char::is_control, " ");
            write!(out, "{at} {:5} {message}", record.level())?;
            for (key, value) in fields.iter().filter(|_| visited.is_ok()) {
                write!(out, " {key}={value}")?;
            }
            writeln!(out)
        });
    }
    // A test that starts two servers in one process is no reason to stop.
    let _ = builder.try_init();
}
