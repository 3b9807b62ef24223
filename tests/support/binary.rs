use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, LazyLock, Mutex},
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
    dressed(Command::new(&*BINARY), data_dir, environment, arguments)
}

fn dressed(mut command: Command, data_dir: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Command {
    command.current_dir(data_dir).env_clear().env("VOUCHSAFE_DATA_DIR", data_dir).args(arguments);
    if TestDatabase::is_postgres() {
        command.env("VOUCHSAFE_DATABASE_URL", database_url(data_dir));
    }
    command.envs(environment.iter().copied());
    command
}

/// Where a program keeps its data: in a file in its directory, or on the PostgreSQL server of the run, if there is one.
pub fn database_url(data_dir: &Path) -> String {
    let plain: String = data_dir.to_string_lossy().chars().filter(char::is_ascii_alphanumeric).collect();
    let file = || format!("sqlite://{}", data_dir.join("vouchsafe.db").display());
    TestDatabase::url_on_server(&plain.to_lowercase()).unwrap_or_else(file)
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
    errors: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// What it has logged as an error so far.
    pub fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap().clone()
    }

    /// Kills it, as if the power went: nothing of it runs on.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal, such as `-TERM`.
    pub fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts `serve` or `demo` on a free port and waits until it listens.
pub fn serve(data_dir: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Served {
    listening(command(data_dir, environment, arguments), arguments == ["demo"])
}

/// Starts `serve` as a shell would after `before`, such as a limit.
pub fn serve_as(before: &str, data_dir: &Path, environment: &[(&str, &str)]) -> Served {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before}; exec \"$0\" serve")]).arg(&*BINARY);
    listening(dressed(shell, data_dir, environment, &[]), false)
}

/// Where the binary is.
pub fn launch() -> &'static Path {
    &BINARY
}

fn listening(mut command: Command, is_demo: bool) -> Served {
    command.env("VOUCHSAFE_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut said = Vec::new();
    let address = lines.find_map(|line| {
        let found = line
            .split("listening on http://")
            .nth(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect::<String>());
        said.push(line);
        found
    });
    let address = address.unwrap_or_else(|| panic!("the server does not say where it listens: {said:?}"));
    let errors = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&errors);
    std::thread::spawn(move || {
        // Only what went wrong: a storm says a lot.
        lines.filter(|line| line.contains("ERROR")).for_each(|line| kept.lock().unwrap().push(line));
    });
    let out = child.stdout.take().unwrap();
    let stdout =
        if is_demo { BufReader::new(out).lines().map_while(Result::ok).take(14).collect() } else { Vec::new() };
    Served { child, address, stdout, errors }
}
