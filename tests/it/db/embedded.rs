//! The private cluster, with a real PostgreSQL: one owner, and a start after every kind of end.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User};
use zerodesk::db::embedded::{ClusterError, ClusterOptions, PrivateCluster};

/// A folder that the unprivileged user can enter, with the cluster's place in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self::in_dir(&std::env::temp_dir())
    }

    fn in_dir(base: &Path) -> Self {
        let dir = tempfile::tempdir_in(base).unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self(dir)
    }

    fn cluster(&self) -> PathBuf {
        self.0.path().join("postgres")
    }

    fn options(&self) -> ClusterOptions {
        ClusterOptions::new(self.cluster())
    }
}

impl Drop for Folder {
    /// Removes the home that is placed elsewhere, too, and ends servers that a failed test left.
    fn drop(&mut self) {
        let pid = postmaster(&self.cluster());
        if let Some(pid) = pid
            && std::thread::panicking()
        {
            let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
        }
        if let Ok(home) = std::fs::read_link(self.cluster()) {
            let _ = std::fs::remove_dir_all(home);
        }
    }
}

fn connect(cluster: &PrivateCluster) -> PgConnection {
    PgConnection::establish(&cluster.url()).unwrap()
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

fn setting(connection: &mut PgConnection, name: &str) -> String {
    let query = format!("SELECT current_setting('{name}') AS value");
    diesel::sql_query(query).get_result::<Value>(connection).unwrap().value
}

fn put(cluster: &PrivateCluster, note: &str) {
    let mut connection = connect(cluster);
    diesel::sql_query("CREATE TABLE IF NOT EXISTS note (text text PRIMARY KEY)")
        .execute(&mut connection)
        .unwrap();
    diesel::sql_query("INSERT INTO note VALUES ($1)").bind::<Text, _>(note).execute(&mut connection).unwrap();
}

fn notes(cluster: &PrivateCluster) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    diesel::sql_query("SELECT count(*) FROM note").get_result::<Count>(&mut connect(cluster)).unwrap().count
}

fn postmaster(dir: &Path) -> Option<i32> {
    let text = std::fs::read_to_string(dir.join("data/postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

fn children(parent: i32) -> Vec<i32> {
    let threads = std::fs::read_dir("/proc").unwrap().flatten();
    threads
        .filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let after_name = stat.rsplit(") ").next()?;
            let ppid: i32 = after_name.split(' ').nth(1)?.parse().ok()?;
            (ppid == parent).then_some(pid)
        })
        .collect()
}

fn is_alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn wait_for(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_cluster_is_created_once_reused_and_stopped() {
    let folder = Folder::new();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert!(cluster.is_new() && cluster.is_owner());
    put(&cluster, "first");

    let mut connection = connect(&cluster);
    for (name, value) in [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("shared_buffers", "256MB"),
        ("password_encryption", "scram-sha-256"),
    ] {
        assert_eq!(setting(&mut connection, name), value, "{name}");
    }
    let password = folder.cluster().join("password");
    assert_eq!(std::fs::metadata(&password).unwrap().mode() & 0o777, 0o600);
    let wrong = cluster.url().replace(&std::fs::read_to_string(&password).unwrap(), "wrong");
    assert!(PgConnection::establish(&wrong).is_err(), "a wrong password was accepted");

    // Not in the process group that the terminal's Ctrl-C goes to.
    let pid = postmaster(&folder.cluster()).unwrap();
    let group = nix::unistd::getpgid(Some(Pid::from_raw(pid))).unwrap();
    assert_ne!(group, nix::unistd::getpgid(None).unwrap());

    drop(connection);
    cluster.stop().unwrap();
    assert!(!is_alive(pid));
    assert!(!folder.cluster().join("data/postmaster.pid").exists());

    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert!(!cluster.is_new());
    assert_eq!(notes(&cluster), 1);
    let pid = postmaster(&folder.cluster()).unwrap();
    drop(cluster);
    assert!(!is_alive(pid), "dropping must stop the server");
}

#[test]
fn a_second_owner_is_refused_and_a_command_attaches() {
    let folder = Folder::new();
    let owner = PrivateCluster::start(folder.options()).unwrap();
    let refusal = PrivateCluster::start(folder.options()).unwrap_err();
    let text = refusal.to_string();
    assert!(matches!(refusal, ClusterError::Locked { .. }), "{text}");
    assert!(text.contains(folder.cluster().to_str().unwrap()), "{text}");
    assert!(text.contains(&std::process::id().to_string()), "{text}");

    let attached = PrivateCluster::attach_or_start(folder.options()).unwrap();
    assert!(!attached.is_owner() && !attached.is_new());
    put(&attached, "by the command");
    assert_eq!(attached.url(), owner.url());
    drop(attached);
    assert_eq!(notes(&owner), 1, "the command's end must not stop the server");
    drop(owner);

    let alone = PrivateCluster::attach_or_start(folder.options()).unwrap();
    assert!(alone.is_owner());
    assert_eq!(notes(&alone), 1);
}

#[test]
fn it_recovers_when_everything_was_killed() {
    let folder = Folder::new();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    put(&cluster, "committed");
    let pid = postmaster(&folder.cluster()).unwrap();
    let mut all = children(pid);
    assert!(!all.is_empty());
    all.push(pid);
    for pid in &all {
        let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
    }
    // The owner's own memory of it goes without a stop, as it would with its process; its lock, too.
    drop(cluster);
    assert!(folder.cluster().join("data/postmaster.pid").exists());

    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert_eq!(notes(&cluster), 1);
    drop(cluster);

    // The number of the killed one now belongs to somebody else: this very process.
    let stale = format!("{}\n{}\n", std::process::id(), folder.cluster().display());
    std::fs::write(folder.cluster().join("data/postmaster.pid"), stale).unwrap();
    let socket_lock = folder.cluster().join("run/.s.PGSQL.5432.lock");
    std::fs::write(socket_lock, format!("{}\n", std::process::id())).unwrap();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert_eq!(notes(&cluster), 1);
}

#[test]
fn a_server_whose_owner_was_killed_is_stopped_and_started_again() {
    let folder = Folder::new();
    let mut owner = std::process::Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .arg("serve")
        .current_dir(folder.0.path())
        .env_remove("DATABASE_URL")
        .env("ZERODESK_DATA_DIR", folder.0.path())
        .env("ZERODESK_SERVER__PORT", "0")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Attaching waits for an owner that is still starting, once it has the lock.
    wait_for("the owner took the lock", || folder.cluster().join("data").exists());
    let text = PrivateCluster::start(folder.options()).unwrap_err().to_string();
    assert!(text.contains(&format!("process {}", owner.id())), "{text}");
    let attached = PrivateCluster::attach_or_start(folder.options()).unwrap();
    assert!(!attached.is_owner());
    put(&attached, "committed");
    let pid = postmaster(&folder.cluster()).unwrap();

    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(is_alive(pid), "the server outlives its owner");
    let next = PrivateCluster::start(folder.options()).unwrap();
    assert!(next.is_owner() && !is_alive(pid));
    assert_eq!(notes(&next), 1);
}

#[test]
fn orphaned_workers_are_waited_for() {
    let folder = Folder::new();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    put(&cluster, "committed");
    let pid = postmaster(&folder.cluster()).unwrap();
    // A stopped process can't notice that its postmaster is gone. One that had done its work and
    // ended since it was listed (an autovacuum worker) needs no stopping.
    let mut stopped = children(pid);
    stopped.retain(|child| match kill(Pid::from_raw(*child), Signal::SIGSTOP) {
        Ok(()) => true,
        Err(nix::errno::Errno::ESRCH) => false,
        Err(error) => panic!("can't stop {child}: {error}"),
    });
    assert!(!stopped.is_empty());
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    drop(cluster);
    let waker = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(1));
        for child in stopped {
            let _ = kill(Pid::from_raw(child), Signal::SIGCONT);
        }
    });
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert_eq!(notes(&cluster), 1);
    waker.join().unwrap();
}

#[test]
fn an_incomplete_cluster_is_created_again() {
    let folder = Folder::new();
    drop(PrivateCluster::start(folder.options()).unwrap());
    // What a kill in the middle of initdb leaves.
    let data = folder.cluster().join("data");
    let unfinished = folder.cluster().join("data.new-123");
    std::fs::rename(&data, &unfinished).unwrap();
    std::fs::remove_file(unfinished.join("postgresql.conf")).unwrap();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert!(cluster.is_new());
    assert!(!unfinished.exists());
    put(&cluster, "works");
}

#[test]
fn a_path_too_long_for_a_socket_gets_a_short_one() {
    let folder = Folder::new();
    let mut options = folder.options();
    let long = folder.0.path().join("质量帮助台".repeat(6)).join("a, b".repeat(4));
    options.dir = long.join("postgres");
    let cluster = PrivateCluster::start(options.clone()).unwrap();
    put(&cluster, "works");
    let socket_dir =
        PathBuf::from(setting(&mut connect(&cluster), "unix_socket_directories").trim_matches('"'));
    let found = std::fs::metadata(&socket_dir).unwrap();
    assert_eq!(found.mode() & 0o777, 0o700);
    assert_eq!(found.uid(), std::fs::metadata(options.dir.join("data")).unwrap().uid());
    drop(cluster);

    // A folder of that name that belongs to someone else is not used.
    std::fs::remove_dir(&socket_dir).unwrap();
    std::os::unix::fs::symlink("/var/tmp", &socket_dir).unwrap();
    let refusal = PrivateCluster::start(options).unwrap_err();
    assert!(matches!(refusal, ClusterError::Untrusted { .. }), "{refusal}");
    std::fs::remove_file(&socket_dir).unwrap();
}

#[test]
fn missing_programs_are_named_with_their_package() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.bin_dir = Some(folder.0.path().to_owned());
    let text = PrivateCluster::start(options).unwrap_err().to_string();
    assert!(text.contains("apt-get install postgresql"), "{text}");
}

#[test]
fn invalid_server_settings_are_reported_and_nothing_is_left() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.extra = vec![("no_such_setting".to_owned(), "1".to_owned())];
    let text = PrivateCluster::start(options).unwrap_err().to_string();
    assert!(text.contains("no_such_setting"), "{text}");
    wait_for("no server is left", || postmaster(&folder.cluster()).is_none());
    drop(PrivateCluster::start(folder.options()).unwrap());
}

#[test]
fn for_root_the_server_runs_as_another_user() {
    if !Uid::effective().is_root() {
        return;
    }
    let folder = Folder::new();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    let owner = std::fs::metadata(folder.cluster().join("data")).unwrap().uid();
    let name = User::from_uid(Uid::from_raw(owner)).unwrap().unwrap().name;
    assert!(matches!(name.as_str(), "postgres" | "nobody"), "{name}");
    let pid = postmaster(&folder.cluster()).unwrap();
    assert_eq!(std::fs::metadata(format!("/proc/{pid}")).unwrap().uid(), owner);
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let groups = status.lines().find(|line| line.starts_with("Groups:")).unwrap();
    assert_eq!(groups.trim_start_matches("Groups:").trim(), "", "root's groups were kept");
    drop(cluster);
}

#[test]
fn data_are_placed_elsewhere_if_the_folder_is_inaccessible() {
    if !Uid::effective().is_root() {
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let folder = Folder::in_dir(closed.path());
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    put(&cluster, "works");
    let home = std::fs::read_link(folder.cluster()).unwrap();
    assert!(home.starts_with("/var/lib/zerodesk"), "{}", home.display());
    assert!(PrivateCluster::start(folder.options()).is_err(), "the lock stands at the asked-for folder");
    drop(cluster);
    let cluster = PrivateCluster::attach_or_start(folder.options()).unwrap();
    assert_eq!(notes(&cluster), 1);
    drop(cluster);

    // Without the link the data are found again rather than lost.
    std::fs::remove_file(folder.cluster()).unwrap();
    let cluster = PrivateCluster::start(folder.options()).unwrap();
    assert!(!cluster.is_new());
    assert_eq!(notes(&cluster), 1);
}
