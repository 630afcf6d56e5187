//! Who runs the server. PostgreSQL refuses root, so for root the server is given to an unprivileged user.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};

use super::error::{ClusterError, io};

/// The user that the server's processes and files belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) uid: u32,
    gid: u32,
    /// Whether the caller is somebody else, namely root.
    dropped: bool,
}

impl Identity {
    /// Whether this process is root.
    pub(super) fn caller_is_root() -> bool {
        Uid::effective().is_root()
    }

    /// The caller, who isn't root.
    pub(super) fn caller() -> Self {
        let uid = Uid::effective();
        Self {
            name: name_of(uid.as_raw()),
            uid: uid.as_raw(),
            gid: nix::unistd::Gid::effective().as_raw(),
            dropped: false,
        }
    }

    /// For root: the user that the distribution made for PostgreSQL, else the one that owns nothing.
    pub(super) fn unprivileged() -> Result<Self, ClusterError> {
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| !user.uid.is_root())
            .map(|user| Self {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
                dropped: true,
            })
            .ok_or(ClusterError::NoUnprivilegedUser)
    }

    /// The owner of existing data: the server must run as that user. Only root can act for somebody else.
    pub(super) fn owner_of(data: &Path) -> Result<Self, ClusterError> {
        let owner = std::fs::metadata(data).map_err(io("can't read", data))?;
        let root = Self::caller_is_root();
        if owner.uid() == 0 {
            return Err(ClusterError::Untrusted {
                path: data.to_owned(),
                what: "belongs to root, as whom PostgreSQL refuses to run",
            });
        }
        if !root && owner.uid() != Uid::effective().as_raw() {
            return Err(ClusterError::NotOwner { path: data.to_owned(), owner: name_of(owner.uid()) });
        }
        Ok(Self { name: name_of(owner.uid()), uid: owner.uid(), gid: owner.gid(), dropped: root })
    }

    /// A command that runs as this user, in `dir`, untouched by the caller's `PG*` variables and locale.
    pub(super) fn command(&self, program: &Path, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(dir).env_clear().stdin(Stdio::null());
        for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("LC_ALL", "C");
        if self.dropped {
            // Setting the user as root clears the supplementary groups as well.
            command.gid(self.gid).uid(self.uid);
        }
        command
    }

    /// Whether this user can enter `dir`. It is tried rather than computed, since there is more to it than
    /// the mode bits.
    pub(super) fn can_enter(&self, dir: &Path) -> bool {
        self.command(Path::new("/bin/sh"), Path::new("/"))
            .args(["-c", "cd -- \"$0\" 2>/dev/null"])
            .arg(dir)
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Makes the folder with mode 0700 for this user, or takes an existing one that is exactly that.
    pub(super) fn private_dir(&self, dir: &Path) -> Result<(), ClusterError> {
        match DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => self.give(dir),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                // Not following links: in /tmp anybody could have put one here.
                let found = std::fs::symlink_metadata(dir).map_err(io("can't read", dir))?;
                let untrusted = |what| ClusterError::Untrusted { path: dir.to_owned(), what };
                if !found.is_dir() {
                    return Err(untrusted("is in the way: a folder is needed there"));
                }
                if found.uid() != self.uid {
                    return Err(untrusted("belongs to another user than the private database"));
                }
                if found.mode() & 0o077 != 0 {
                    return Err(untrusted("is open to other users; its mode must be 0700"));
                }
                Ok(())
            }
            Err(error) => Err(io("can't make", dir)(error)),
        }
    }

    fn give(&self, path: &Path) -> Result<(), ClusterError> {
        if self.dropped {
            lchown(path, Some(self.uid), Some(self.gid)).map_err(io("can't give away", path))?;
        }
        Ok(())
    }

    /// Makes a new empty file with mode 0600 for this user, in place of an old one.
    pub(super) fn fresh_file(&self, path: &Path) -> Result<File, ClusterError> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io("can't replace", path)(error));
            }
            _ => {}
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(io("can't make", path))?;
        self.give(path)?;
        Ok(file)
    }

    /// Writes a file with mode 0600 for this user; it is there whole or not at all, even if the machine
    /// stops.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<(), ClusterError> {
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        let new = PathBuf::from(new);
        let mut file = self.fresh_file(&new)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::rename(&new, path))
            .map_err(io("can't write", path))
    }
}

fn name_of(uid: u32) -> String {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn me() -> Identity {
        Identity::caller()
    }

    #[test]
    fn a_private_folder_is_taken_only_if_it_is_private() {
        let base = tempfile::tempdir().unwrap();
        let dir = base.path().join("run");
        me().private_dir(&dir).unwrap();
        me().private_dir(&dir).unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(me().private_dir(&dir), Err(ClusterError::Untrusted { .. })));

        let link = base.path().join("link");
        std::os::unix::fs::symlink(base.path(), &link).unwrap();
        assert!(matches!(me().private_dir(&link), Err(ClusterError::Untrusted { .. })));

        let other = Identity { uid: 12345, ..me() };
        let mine = base.path().join("mine");
        me().private_dir(&mine).unwrap();
        assert!(matches!(other.private_dir(&mine), Err(ClusterError::Untrusted { .. })));
    }

    #[test]
    fn files_are_private_and_replaced_whole() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("password");
        me().write(&path, "one").unwrap();
        me().write(&path, "two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 1);
    }
}
