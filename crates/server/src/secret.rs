//! The secret of a server that was given none.

use secrecy::{ExposeSecret, SecretString};
use std::path::Path;

/// The shortest secret, in bytes.
pub(crate) const MIN_SECRET_BYTES: usize = 32;

/// The secret in the data directory: made once, readable by its owner only.
pub(crate) fn generated_secret(data_dir: &Path) -> std::io::Result<SecretString> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = data_dir.join("secret");
    if !path.exists() {
        let fresh = data_dir.join(format!(".secret.{}", std::process::id()));
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(hex(&rand::random::<[u8; 32]>()).as_bytes())?;
        file.sync_all()?;
        // A link never replaces: of two who start at once, one secret stays, whole.
        let linked = std::fs::hard_link(&fresh, &path);
        std::fs::remove_file(&fresh)?;
        if let Err(error) = linked
            && error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(error);
        }
    }
    let secret: SecretString = std::fs::read_to_string(&path)?.trim_end().to_owned().into();
    if secret.expose_secret().len() < MIN_SECRET_BYTES {
        return Err(std::io::Error::other(format!("{}: shorter than {MIN_SECRET_BYTES} bytes", path.display())));
    }
    Ok(secret)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_generated_secret_stays_and_is_private() {
        let directory = tempfile::tempdir().unwrap();
        let first = generated_secret(directory.path()).unwrap();
        let again = generated_secret(directory.path()).unwrap();
        assert_eq!(first.expose_secret(), again.expose_secret());
        let mode = std::fs::metadata(directory.path().join("secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
