//! What the program makes is its owner's alone: folders 0700, files 0600.

use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

use nix::sys::stat::{Mode, umask};

use crate::cli::CliError;

/// What nobody else may do.
const OTHERS: u32 = 0o077;

/// Lets the files that this process makes, and those of the programs that it starts, belong to their owner alone.
pub(super) fn private_files() {
    umask(Mode::from_bits_truncate(0o077));
}

/// Makes the data folder, or closes one that is open to others, as an earlier version left it, with all that is in it.
///
/// # Errors
/// When it can't be made, or belongs to someone else.
pub(super) fn private_folder(folder: &Path) -> Result<(), CliError> {
    let failed = || CliError::io(folder.display().to_string());
    if !folder.exists() {
        return DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed());
    }
    let mode = std::fs::metadata(folder).map_err(failed())?.mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    close(folder).map_err(failed())?;
    // Root's private PostgreSQL is another user's, who has to pass.
    let postgres = folder.join("postgres");
    let own = std::fs::metadata(folder).map_err(failed())?.uid();
    let passed = std::fs::symlink_metadata(&postgres).is_ok_and(|found| found.is_dir() && found.uid() != own);
    let mode = if passed { 0o711 } else { 0o700 };
    std::fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(failed())
}

/// Closes what is in a folder. What belongs to PostgreSQL is closed by PostgreSQL, and links lead to where others decide.
fn close(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        let path = entry.path();
        if found.is_dir() && !path.ends_with("postgres") {
            close(&path)?;
        }
        if (found.is_dir() || found.is_file()) && found.mode() & OTHERS != 0 {
            std::fs::set_permissions(&path, Permissions::from_mode(found.mode() & 0o7700))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_folder_is_closed_with_all_that_is_in_it() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("var");
        let file = folder.join("attachments/ab/file");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "x").unwrap();
        for (path, mode) in [(&folder, 0o755), (&file, 0o644)] {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        private_folder(&folder).unwrap();
        for path in [&folder, &folder.join("attachments"), &folder.join("attachments/ab"), &file] {
            assert_eq!(std::fs::metadata(path).unwrap().mode() & OTHERS, 0, "{}", path.display());
        }
    }

    #[test]
    fn a_new_folder_is_private() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("a/var");
        private_folder(&folder).unwrap();
        assert_eq!(std::fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    }
}
