//! A server gives back what a list took, however it was started.

use crate::support::TestApp;
use crate::support::program::Program;

#[test]
fn glibc_gives_large_blocks_back_unless_told_otherwise() {
    let mut app = TestApp::start();
    app.stop();
    let threshold = |settings: &[(&str, &str)]| {
        let program = Program::start(&app.database_url(), 0, settings);
        let environment = program.environment();
        let set: Vec<_> =
            environment.iter().filter_map(|line| line.strip_prefix("MALLOC_MMAP_THRESHOLD_=")).collect();
        assert_eq!(set.len(), 1, "{environment:?}");
        set[0].to_owned()
    };
    assert_eq!(threshold(&[]), "1048576");
    assert_eq!(threshold(&[("MALLOC_MMAP_THRESHOLD_", "2097152")]), "2097152");
}
