//! WebSocket clients of other projects hold whole conversations. `script/bootstrap test` installs them.

use std::process::Command;

use super::fast;

fn run_client(program: &str, script: &str) -> String {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let token = |who: &crate::support::Http| who.token.clone().unwrap();
    let output = Command::new(program)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/").to_owned() + script)
        .env("ZERODESK_WS", format!("{}/api/v1/ws", app.url.replace("http://", "ws://")))
        .env("ENTERPRISE", token(&talk.enterprise.http))
        .env("EXPERT", token(&talk.expert.http))
        .env("CONSULTATION", &talk.id)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; script/bootstrap test installs it"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn the_websockets_client_of_python_works() {
    // Debian's own Python, which Debian's package of the client belongs to.
    assert!(run_client("/usr/bin/python3", "conversation.py").contains("72 messages"));
}

#[test]
fn the_ws_client_of_npm_works() {
    assert!(run_client("node", "conversation.cjs").contains("40 messages"));
}
