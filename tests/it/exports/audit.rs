//! What the audit says of files.

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::long::enterprises;
use crate::support::{Http, PATIENCE, TestApp};

fn audited(officer: &Http, action: &str) -> Vec<Value> {
    let page = officer.get(&format!("/api/v1/audit?action={action}")).expect(200);
    page["items"].as_array().unwrap().clone()
}

#[test]
fn who_took_what_out_is_in_the_audit() {
    let app = TestApp::start();
    let (officer, _) = app.small_world();
    officer.get("/api/v1/zero-out?region=440100&format=csv");
    let begun = audited(&officer, "export_list");
    let filters = json!([["region", "440100"]]);
    let data = &begun[0]["data"];
    assert_eq!(
        (&data["list"], &data["format"], &data["filters"]),
        (&"zero-out-list".into(), &"csv".into(), &filters)
    );
    assert_eq!((&begun[0]["region"], &begun[0]["actor_name"]), (&"440000".into(), &"name of officer".into()));
    let ended = audited(&officer, "finish_export");
    assert_eq!(ended[0]["subject_id"], begun[0]["subject_id"]);
    assert_eq!(ended[0]["data"], json!({ "list": "zero-out-list", "rows": 1, "complete": true }));
    assert_eq!(officer.get("/api/v1/zero-out?format=csv&region=x&limit=1").status, 422);
    assert_eq!(audited(&officer, "export_list").len(), 1, "what was refused took nothing out");
}

#[test]
fn a_download_that_is_given_up_ends_the_work() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    enterprises(&app, 40_000);
    let url = url::Url::parse(&app.http().url).unwrap();
    let address = (url.host_str().unwrap().to_owned(), url.port().unwrap());
    let mut stream = TcpStream::connect(address).unwrap();
    let token = officer.token.as_deref().unwrap();
    let request = format!(
        "GET /api/v1/enterprises?format=csv HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        url.host_str().unwrap()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut first = [0; 64];
    stream.read_exact(&mut first).unwrap();
    assert!(first.starts_with(b"HTTP/1.1 200"), "the answer begins before all is read");
    drop(stream);
    let end = Instant::now() + PATIENCE;
    let ended = loop {
        if let Some(ended) = audited(&officer, "finish_export").first() {
            break ended["data"].clone();
        }
        assert!(Instant::now() < end, "the work goes on");
    };
    assert_eq!(ended["complete"], false);
    assert!(ended["rows"].as_u64().unwrap() < 40_000, "{ended}");
}
