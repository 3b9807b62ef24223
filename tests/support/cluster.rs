use std::{
    os::unix::fs::{MetadataExt, chown},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Who the server runs as when the tests run as root, which it refuses.
const NOBODY: u32 = 65534;

/// A PostgreSQL server of a test's own, on a socket, to be stopped and started as one likes; gone with this value.
pub struct Cluster {
    directory: TempDir,
    bin: PathBuf,
    server: Option<Child>,
}

impl Cluster {
    /// A server that runs; none in a run without PostgreSQL, which `scripts/with-postgres.sh` provides.
    pub fn new() -> Option<Self> {
        let bin = PathBuf::from(std::env::var_os("VOUCHSAFE_TEST_PG_BIN")?);
        let directory = tempfile::Builder::new().prefix("vouchsafe-pg").tempdir_in("/tmp").unwrap();
        if is_root() {
            chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let mut cluster = Self { directory, bin, server: None };
        let data = cluster.data();
        let made = cluster
            .command("initdb")
            .args(["-U", "vouchsafe", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.start();
        Some(cluster)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user=vouchsafe", self.directory.path().display())
    }

    /// Starts it, with what an operator has by default: what is committed is on disk.
    pub fn start(&mut self) {
        let (data, socket) = (self.data(), self.directory.path().to_owned());
        let mut command = self.command("postgres");
        command.arg("-D").arg(data).arg("-k").arg(&socket).args([
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=60",
        ]);
        self.server = Some(command.stderr(Stdio::null()).spawn().unwrap());
        let end = Instant::now() + Duration::from_secs(60);
        while !Command::new(self.bin.join("pg_isready")).arg("-q").arg("-h").arg(&socket).status().unwrap().success() {
            assert!(Instant::now() < end, "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops it: `-INT` cuts every connection, `-QUIT` is as if the power went.
    pub fn stop(&mut self, signal: &str) {
        if let Some(mut server) = self.server.take() {
            let _ = Command::new("kill").args([signal, &server.id().to_string()]).status();
            let _ = server.wait();
        }
    }

    /// Runs statements as an administrator would.
    pub fn sql(&self, text: &str) -> String {
        let output = Command::new(self.bin.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-U", "vouchsafe", "-d", "postgres", "-c", text, "-h"])
            .arg(self.directory.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// One of its programs, run against it.
    pub fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups", "--"])
                .arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.directory.path()).env("HOME", self.directory.path());
        command
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop("-INT");
    }
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}
