//! What somebody writes on one device is there on another.

use crate::support::TestApp;
use crate::support::browser::Chromium;

const FIELD: &str = "写给专家";

#[test]
fn what_is_written_on_one_device_is_there_on_another() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let chromium = Chromium::start();
    let (desk, phone) = (chromium.browser("desk", &app.url), chromium.browser("phone", &app.url));
    let path = format!("/consultations/{}", talk.id);
    let open = |browser: &crate::support::browser::Browser| {
        browser.open(&path);
        browser.until("!!document.getElementById('chat')?.dataset.ready");
    };
    let kept = || {
        let drafts =
            talk.enterprise.http.get(&format!("/api/v1/consultations/{}/draft", talk.id)).expect(200);
        drafts["talk"]["body"].clone()
    };
    let becomes = |wanted: serde_json::Value| {
        let end = std::time::Instant::now() + crate::support::PATIENCE;
        while kept() != wanted {
            assert!(std::time::Instant::now() < end, "the draft is {} and not {wanted}", kept());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    };
    desk.log_in("enterprise-1");
    open(&desk);
    desk.fill(FIELD, "写到一半的话");
    becomes("写到一半的话".into());
    phone.log_in("enterprise-1");
    open(&phone);
    phone.until("document.getElementById('draft').value === '写到一半的话'");
    // What this device keeps itself comes first.
    phone.fill(FIELD, "在手机上改过");
    open(&phone);
    assert_eq!(phone.value(FIELD), "在手机上改过");
    phone.click("button", "发送");
    phone.until("document.querySelectorAll('.message:not(.unsent)').length === 1");
    becomes(serde_json::Value::Null);
    desk.is_clean();
    phone.is_clean();
}
