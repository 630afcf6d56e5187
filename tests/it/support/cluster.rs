//! One private PostgreSQL for all test processes: nextest runs each test in a process of its own.
//!
//! The first test starts a keeper, a separate process that owns the cluster. Every test process holds a
//! shared lock for its life; when nobody has held it for a while, the keeper stops the server and ends.
//! If a keeper is killed, the next one clears away what it left, as every start of the private cluster does.
//!
//! The cluster stands in memory where there is room, since each test copies a database of seven hundred
//! files; else under `target/`. What stands in memory goes with the keeper.
//!
//! `ZERODESK_TEST_ADMIN_URL` names another PostgreSQL to use instead.

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use nix::sys::statvfs::statvfs;
use nix::unistd::getuid;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use zerodesk::db::embedded::{ClusterOptions, PrivateCluster};

/// Says in a process that it is the keeper.
const KEEPER: &str = "ZERODESK_TEST_KEEPER";
/// Precedes the address on the keeper's output, once the server runs.
const RUNNING: &str = "running: ";
/// How long nobody must have used the server before it is stopped.
const IDLE: Duration = Duration::from_secs(60);

/// The server's address, ending in the name of a database to connect to for administration.
pub fn admin_url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| std::env::var("ZERODESK_TEST_ADMIN_URL").unwrap_or_else(|_| attach()))
}

/// Whether the server is ours alone, so that what is old on it may go.
pub fn is_private() -> bool {
    std::env::var_os("ZERODESK_TEST_ADMIN_URL").is_none()
}

fn dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres")
}

fn beside(dir: &Path, what: &str) -> PathBuf {
    dir.with_extension(what)
}

fn open(path: &Path) -> File {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    opened.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Waits for a lock.
fn lock(path: &Path, how: FlockArg) -> Flock<File> {
    let mut file = open(path);
    loop {
        match Flock::lock(file, how) {
            Ok(lock) => return lock,
            Err((back, Errno::EINTR)) => file = back,
            Err((_, error)) => panic!("{}: {error}", path.display()),
        }
    }
}

fn attach() -> String {
    static USE: OnceLock<Flock<File>> = OnceLock::new();
    let dir = dir();
    std::fs::create_dir_all(dir.parent().unwrap()).unwrap();
    // From here on no keeper stops the server before this process ends.
    let used = USE.get_or_init(|| lock(&beside(&dir, "users"), FlockArg::LockShared));
    used.set_modified(std::time::SystemTime::now()).unwrap();
    let _one_starts = lock(&beside(&dir, "starting"), FlockArg::LockExclusive);
    let known = std::fs::read_to_string(beside(&dir, "url")).ok();
    match known.filter(|url| has_keeper(&dir) && super::database::connects(url)) {
        Some(url) => url,
        None => start_keeper(&dir),
    }
}

/// Whether a process owns the cluster, by the keeper's lock.
fn has_keeper(dir: &Path) -> bool {
    Flock::lock(open(&beside(dir, "keeper")), FlockArg::LockExclusiveNonblock).is_err()
}

/// Where files are kept in memory.
const MEMORY: &str = "/dev/shm";
/// How much memory must be free for the cluster to stand there, in bytes.
const ROOM: u64 = 8 << 30;

/// A folder in memory for the cluster of `dir`, if there is room for it.
fn in_memory(dir: &Path) -> Option<PathBuf> {
    let is_memory = statfs(MEMORY).is_ok_and(|found| found.filesystem_type() == TMPFS_MAGIC);
    let free = statvfs(MEMORY).map_or(0, |found| found.blocks_available() * found.fragment_size());
    if !is_memory || free.min(available_memory()) < ROOM {
        return None;
    }
    let hash: String =
        Sha256::digest(dir.as_os_str().as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let home = Path::new(MEMORY).join(format!("zerodesk-tests-{hash}"));
    // The user as whom PostgreSQL runs must get through it to the cluster's own private folder.
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o755).create(&home);
    let ours = made.and_then(|()| std::fs::symlink_metadata(&home));
    ours.is_ok_and(|found| found.is_dir() && found.uid() == getuid().as_raw()).then_some(home)
}

/// What Linux says could be had without swapping, in bytes.
fn available_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

#[expect(clippy::zombie_processes, reason = "it outlives this process, which init then buries")]
fn start_keeper(dir: &Path) -> String {
    let mut keeper = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "support::cluster::the_server_is_shared_and_made_for_tests", "--nocapture"])
        .env(KEEPER, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // So that what ends a test leaves it alone.
        .process_group(0)
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(keeper.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(url) = line.strip_prefix(RUNNING) {
            return url.to_owned();
        }
        said += &format!("{line}\n");
    }
    panic!("the tests' PostgreSQL did not start: {:?}\n{said}", keeper.wait());
}

fn run_keeper(dir: &Path) {
    let _keeper = lock(&beside(dir, "keeper"), FlockArg::LockExclusive);
    let memory = in_memory(dir);
    let home = memory.as_ref().map_or_else(|| dir.to_path_buf(), |memory| memory.join("postgres"));
    // Tests open many connections, and a password takes thousands of digests for each. Nobody else reaches the socket.
    let hba = beside(&home, "hba");
    std::fs::write(&hba, "local all all trust\n").unwrap();
    std::fs::set_permissions(&hba, Permissions::from_mode(0o644)).unwrap();
    let options = ClusterOptions {
        extra: [
            ("hba_file", hba.to_str().unwrap()),
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            // Each new database is written to the log in full.
            ("wal_compression", "off"),
            ("max_connections", "300"),
            ("shared_buffers", "128MB"),
            ("max_wal_size", "1GB"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        ..ClusterOptions::new(&home)
    };
    let cluster = PrivateCluster::start(options).unwrap();
    let url = cluster.url_of("postgres");
    super::database::drop_left_over(&url);
    std::fs::write(beside(dir, "url"), &url).unwrap();
    eprintln!("{RUNNING}{url}");
    let users = beside(dir, "users");
    loop {
        std::thread::sleep(IDLE / 10);
        let used = users.metadata().and_then(|data| data.modified()).unwrap();
        if used.elapsed().unwrap_or_default() < IDLE {
            continue;
        }
        if let Ok(_nobody) = Flock::lock(open(&users), FlockArg::LockExclusiveNonblock) {
            std::fs::remove_file(beside(dir, "url")).unwrap();
            cluster.stop().unwrap();
            if let Some(memory) = memory {
                std::fs::remove_dir_all(memory).unwrap();
            }
            return;
        }
        // A long run goes on; count the idle time from its end.
        open(&users).set_modified(std::time::SystemTime::now()).unwrap();
    }
}

/// Also the keeper, in a process that is told so by a variable.
#[test]
fn the_server_is_shared_and_made_for_tests() {
    if let Some(dir) = std::env::var_os(KEEPER) {
        return run_keeper(Path::new(&dir));
    }
    assert!(super::database::connects(admin_url()));
    if is_private() {
        assert_eq!(attach(), admin_url(), "a second process gets the same server");
        assert!(has_keeper(&dir()), "a process that outlives this one owns it");
        assert_eq!(super::database::setting("fsync"), "off");
    }
}
