use super::{
    args::{BackupFile, RestoreFile},
    dispatch::print_lines,
};
use crate::{
    config::Config,
    failure::Failure,
    run::{open, open_migrated},
};
use std::path::Path;
use vouchsafe_flows::{Check, Vouchsafe};
use vouchsafe_store::{Contents, IfThere, restore as put_back};

/// How many decisions are compared.
const SAMPLE: usize = 1_000;

/// Copies the database, also while a server runs on it.
pub(super) fn backup(config: &Config, to: &BackupFile) -> Result<(), Failure> {
    let written = open(config, "")?.store.backup(&to.file)?;
    print_lines([format!("backed up into {}: {}", to.file.display(), line(written))])
}

/// Puts a copy in the place of the database, while no server runs on it.
pub(super) fn restore(config: &Config, from: &RestoreFile) -> Result<(), Failure> {
    let if_there = if from.replace { IfThere::Replace } else { IfThere::Refuse };
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| Failure::Refused(format!("data_dir: {}: {error}", config.data_dir.display())))?;
    let restored = put_back(&from.file, &config.database_url, if_there)?;
    let verified = if from.verify { format!("; {}", verify(config, &from.file)?) } else { String::new() };
    print_lines([format!("restored from {}: {}{verified}", from.file.display(), line(restored))])
}

fn line(Contents { revision, users, grants }: Contents) -> String {
    format!("{users} users, {grants} grants, revision {revision}")
}

/// Looks over what was restored, and asks it and another copy of the file the same questions.
fn verify(config: &Config, file: &Path) -> Result<String, Failure> {
    let restored = open_migrated(config)?;
    if let Some(defect) = restored.store.defects()?.first() {
        return Err(Failure::Refused(format!("what was restored is damaged: {defect}")));
    }
    let scratch = Scratch(config.data_dir.join(format!(".verify.{}", std::process::id())));
    std::fs::create_dir(&scratch.0).map_err(|error| Failure::Refused(format!("data_dir: {error}")))?;
    let mut beside = config.clone();
    beside.database_url = format!("sqlite://{}", scratch.0.join("copy.db").display());
    put_back(file, &beside.database_url, IfThere::Refuse)?;
    let copy = open_migrated(&beside)?;
    let seed = u64::from(std::process::id());
    let checks = copy.vouchsafe.sample_checks(SAMPLE, seed)?;
    let answers = |service: &Vouchsafe, some: &[Check]| service.check_batch(some, None).map(|checked| checked.allowed);
    if answers(&copy.vouchsafe, &checks)? != answers(&restored.vouchsafe, &checks)? {
        return Err(Failure::Refused("what was restored decides otherwise than the backup".to_owned()));
    }
    Ok(format!("whole, and {} decisions agree", checks.len()))
}

/// A directory that goes with this value.
struct Scratch(std::path::PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            log::error!("{}: {error}", self.0.display());
        }
    }
}
