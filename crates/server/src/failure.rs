//! Why a command ends without having done what was asked.

use vouchsafe_flows::{Fault, StoreError};

/// Why a command ends: its one line on standard error, and its exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused, denied, or something it needs is not there: exit code 1.
    Refused(String),
    /// The answer is no, and was printed: exit code 1, no line.
    Denied,
    /// Wrong usage or settings: exit code 2, one line each.
    Usage(Vec<String>),
}

impl Failure {
    pub(crate) fn report(&self) -> std::process::ExitCode {
        let (lines, code): (&[String], u8) = match self {
            Self::Refused(line) => (std::slice::from_ref(line), 1),
            Self::Denied => (&[], 1),
            Self::Usage(lines) => (lines, 2),
        };
        for line in lines {
            eprintln!("vouchsafe: {line}");
        }
        code.into()
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Api(error) => Self::Refused(error.message()),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.to_string())
    }
}
