use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::LazyLock,
};
use vouchsafe_store::testing::TestDatabase;

/// The real binary, built once per test run.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = Command::new(cargo).args(["build", "--quiet", "--package", "vouchsafe-server"]).status().unwrap();
    assert!(built.success());
    // …/target/<profile>/deps/it-…
    std::env::current_exe().unwrap().parent().and_then(Path::parent).unwrap().join("vouchsafe")
});

fn command(data_dir: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(&*BINARY);
    command.current_dir(data_dir).env_clear().env("VOUCHSAFE_DATA_DIR", data_dir).args(arguments);
    let plain: String = data_dir.to_string_lossy().chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some(url) = TestDatabase::url_on_server(&plain.to_lowercase()) {
        command.env("VOUCHSAFE_DATABASE_URL", url);
    }
    command.envs(environment.iter().copied());
    command
}

/// Runs a command to its end.
pub fn run(data_dir: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    command(data_dir, environment, arguments).stdin(Stdio::null()).output().unwrap()
}

/// A server of the real binary; killed when it is dropped.
pub struct Served {
    /// The process.
    pub child: Child,
    /// Where it listens.
    pub address: String,
    /// The lines it has printed on standard output before it listened.
    pub stdout: Vec<String>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts `serve` or `demo` on a free port and waits until it listens.
pub fn serve(data_dir: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Served {
    let mut command = command(data_dir, environment, arguments);
    command.env("VOUCHSAFE_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = errors.find_map(|line| {
        let rest = line.split("listening on http://").nth(1)?;
        Some(rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect::<String>())
    });
    let address = address.expect("the server says where it listens");
    std::thread::spawn(move || errors.for_each(drop));
    let out = child.stdout.take().unwrap();
    let stdout = if arguments == ["demo"] {
        BufReader::new(out).lines().map_while(Result::ok).take(14).collect()
    } else {
        Vec::new()
    };
    Served { child, address, stdout }
}
