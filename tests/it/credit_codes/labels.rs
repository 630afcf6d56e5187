//! Labels are read by another program: drawn by librsvg, decoded by zbar.

use std::process::{Command, Stdio};

use super::{granted, maker, sampled};
use crate::support::TestApp;
use std::io::Write;

/// What a program makes of its input.
fn piped(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{program} (script/bootstrap installs it): {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {:?}", output.status);
    output.stdout
}

#[test]
fn a_label_is_read_by_another_program_in_every_size() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    let mut widths = Vec::new();
    for millimetres in zerodesk::credit_codes::label::WIDTHS {
        let reply = app.http().get(&format!("/q/{token}/label.svg?mm={millimetres}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, "image/svg+xml"));
        assert!(reply.text.contains(&zerodesk::credit_codes::token::grouped(&token)), "in print");
        // As printed with 300 dots to the inch.
        let picture =
            piped("rsvg-convert", &["--dpi-x=300", "--dpi-y=300", "--format=png"], reply.text.as_bytes());
        let read = piped("zbarimg", &["--quiet", "--raw", "-"], &picture);
        let address = String::from_utf8(read).unwrap();
        let address = address.trim();
        assert!(
            address.starts_with("http") && address.ends_with(&format!("/q/{token}")),
            "{millimetres} mm: {address}"
        );
        widths.push(picture.len());
    }
    assert!(widths.is_sorted(), "{widths:?}");
    for wrong in ["14", "101", "-1", "x"] {
        assert_eq!(app.http().get(&format!("/q/{token}/label.svg?mm={wrong}")).status, 422, "{wrong}");
    }
    // There is no label of a code that was taken away.
    officer.post(&format!("{path}/revoke"), &serde_json::json!({ "reason": "x" })).expect(200);
    assert_eq!(app.http().get(&format!("/q/{token}/label.svg")).status, 404);
}
