//! The location of the cluster: its home, its socket, and how to connect to it.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest, Sha256};

use super::error::{ClusterError, io};
use super::identity::Identity;

/// Where root keeps the clusters of folders that the server's user can't get at.
const ELSEWHERE: &str = "/var/lib/zerodesk";
/// Longest path of a Unix socket in bytes: `sun_path` holds 108 with the closing zero.
const SUN_PATH_MAX: usize = 107;

/// The folder with all of the cluster's files, and who runs it. `home` is the asked-for folder, or where its
/// link leads.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) home: PathBuf,
    pub(super) identity: Identity,
}

impl Place {
    pub(super) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub(super) fn log_dir(&self) -> PathBuf {
        self.home.join("log")
    }

    pub(super) fn startup_log(&self) -> PathBuf {
        self.home.join("startup.log")
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.home.join("password")
    }

    /// Holds the password of the role as which the service works.
    pub(super) fn service_password_file(&self) -> PathBuf {
        self.home.join("service_password")
    }

    /// Finds or makes the home of the cluster `dir`; the caller holds its lock.
    ///
    /// PostgreSQL runs as another user when the caller is root. Under a folder that is closed to that user (a
    /// checkout in `/root`) it could not reach its own files, and opening the folders above is not ours to
    /// do; then the home is in `/var/lib/zerodesk`, and `dir` becomes a link to it.
    pub(super) fn prepare(dir: &Path) -> Result<Self, ClusterError> {
        let data = dir.join("data");
        if data.exists() {
            let home = dir.canonicalize().map_err(io("can't read", dir))?;
            let identity = Identity::owner_of(&data)?;
            if !identity.can_enter(&home) {
                return Err(ClusterError::Unreachable { path: home, user: identity.name });
            }
            return Ok(Self { home, identity });
        }
        if !Identity::caller_is_root() {
            return Self::make(dir, Identity::caller());
        }
        let identity = Identity::unprivileged()?;
        let parent = dir.parent().unwrap_or(dir);
        if !dir.is_symlink() && identity.can_enter(parent) {
            return Self::make(dir, identity);
        }
        let home = Path::new(ELSEWHERE).join(short_hash(dir.as_os_str().as_bytes()));
        make_root_dir(Path::new(ELSEWHERE))?;
        let place = if home.join("data").exists() {
            tracing::warn!(dir = %dir.display(), home = %home.display(), "found the database of this folder again");
            let identity = Identity::owner_of(&home.join("data"))?;
            Self { home, identity }
        } else {
            Self::make(&home, identity)?
        };
        link(dir, &place.home)?;
        tracing::info!(
            dir = %dir.display(),
            home = %place.home.display(),
            user = place.identity.name,
            "the user who runs PostgreSQL can't get at the data folder, so the database is placed elsewhere"
        );
        Ok(place)
    }

    fn make(home: &Path, identity: Identity) -> Result<Self, ClusterError> {
        identity.private_dir(home)?;
        let home = home.canonicalize().map_err(io("can't read", home))?;
        Ok(Self { home, identity })
    }

    /// The running cluster's home for somebody who does not own it.
    pub(super) fn of_running(dir: &Path) -> Result<Self, ClusterError> {
        Ok(Self {
            home: dir.canonicalize().map_err(io("can't read", dir))?,
            identity: Identity::owner_of(&dir.join("data"))?,
        })
    }

    /// Marks the server's processes in their command lines. By device and inode, as PostgreSQL itself tells
    /// clusters apart: a moved folder keeps its mark, a copied one gets another.
    pub(super) fn mark(&self) -> Result<String, ClusterError> {
        let data = self.data();
        let found = std::fs::metadata(&data).map_err(io("can't read", &data))?;
        Ok(format!("zerodesk-{:x}-{:x}", found.dev(), found.ino()))
    }

    /// Finds or makes the private folder of the socket: in the home, or, where that makes the path too long,
    /// in the caller's runtime folder or /tmp.
    pub(super) fn socket_dir(&self, port: u16) -> Result<PathBuf, ClusterError> {
        let name = format!("zerodesk-{}", short_hash(self.home.as_os_str().as_bytes()));
        let runtime = std::env::var_os("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .filter(|dir| !Identity::caller_is_root() && dir.is_absolute() && dir.is_dir())
            .map(|dir| dir.join(&name));
        let dir = [Some(self.home.join("run")), runtime]
            .into_iter()
            .flatten()
            .find(|dir| fits(dir, port))
            .unwrap_or_else(|| Path::new("/tmp").join(name));
        self.identity.private_dir(&dir)?;
        Ok(dir)
    }
}

fn link(dir: &Path, home: &Path) -> Result<(), ClusterError> {
    if dir.is_symlink() {
        let target = std::fs::read_link(dir).map_err(io("can't read", dir))?;
        if target == home {
            return Ok(());
        }
        return Err(ClusterError::Untrusted {
            path: dir.to_owned(),
            what: "is a link to another folder than its private database",
        });
    }
    if dir.is_dir() {
        std::fs::remove_dir(dir).map_err(io("can't put a link in place of", dir))?;
    }
    symlink(home, dir).map_err(io("can't make", dir))
}

/// Makes a folder of root's that others may pass.
fn make_root_dir(dir: &Path) -> Result<(), ClusterError> {
    match std::fs::DirBuilder::new().mode(0o711).create(dir) {
        // Whatever the umask took away.
        Ok(()) => std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o711))
            .map_err(io("can't make", dir)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let found = std::fs::symlink_metadata(dir).map_err(io("can't read", dir))?;
            if found.is_dir() && found.uid() == 0 && found.mode() & 0o022 == 0 {
                return Ok(());
            }
            Err(ClusterError::Untrusted {
                path: dir.to_owned(),
                what: "must be a folder that only root can write to",
            })
        }
        Err(error) => Err(io("can't make", dir)(error)),
    }
}

/// Whether a socket in `dir` has a path that the kernel takes, and that both PostgreSQL's settings and libpq
/// read as one path: they split at commas.
fn fits(dir: &Path, port: u16) -> bool {
    let bytes = dir.as_os_str().as_bytes();
    let name = format!("/.s.PGSQL.{port}");
    bytes.len() + name.len() <= SUN_PATH_MAX
        && std::str::from_utf8(bytes).is_ok()
        && !bytes.iter().any(|byte| byte.is_ascii_control() || matches!(byte, b',' | b'"' | b'\'' | b'\\'))
}

fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// How to reach the server; what the connection file holds, without the password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Connection {
    pub(super) socket_dir: PathBuf,
    pub(super) port: u16,
    pub(super) user: String,
    #[serde(skip)]
    pub(super) password: String,
}

impl Connection {
    /// A URI for libpq with everything in it percent-encoded that could need it.
    pub(super) fn url(&self, database: &str) -> String {
        let encode = |bytes: &[u8]| percent_encode(bytes, NON_ALPHANUMERIC).to_string();
        format!(
            "postgresql://{}:{}@{}:{}/{}",
            encode(self.user.as_bytes()),
            encode(self.password.as_bytes()),
            encode(self.socket_dir.as_os_str().as_bytes()),
            self.port,
            encode(database.as_bytes()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_must_fit_and_be_read_as_one() {
        assert!(fits(Path::new("/srv/zerodesk/var/postgres/run"), 5432));
        assert!(fits(Path::new("/srv/质量 帮助/run"), 5432));
        // 15 bytes for "/.s.PGSQL.65535" with the five digits of its port.
        let longest = format!("/{}", "x".repeat(SUN_PATH_MAX - 15 - 1));
        assert!(fits(Path::new(&longest), 65535));
        assert!(!fits(Path::new(&format!("{longest}x")), 65535));
        for bad in ["/a,b", "/a'b", "/a\"b", "/a\\b", "/a\nb"] {
            assert!(!fits(Path::new(bad), 5432), "{bad}");
        }
    }

    #[test]
    fn the_url_is_encoded_throughout() {
        let connection = Connection {
            socket_dir: "/srv/a b/质".into(),
            port: 5433,
            user: "zerodesk".to_owned(),
            password: "p@ss/word:%".to_owned(),
        };
        assert_eq!(
            connection.url("zerodesk"),
            "postgresql://zerodesk:p%40ss%2Fword%3A%25@%2Fsrv%2Fa%20b%2F%E8%B4%A8:5433/zerodesk"
        );
        let file = serde_json::to_string(&connection).unwrap();
        assert!(!file.contains("p@ss"), "{file}");
    }

    #[test]
    fn the_hash_is_short_and_stable() {
        assert_eq!(short_hash(b"/srv/zerodesk/var/postgres").len(), 16);
        assert_ne!(short_hash(b"/a"), short_hash(b"/b"));
    }
}
