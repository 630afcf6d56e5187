//! The pages over plain http under a name of the network, as on an intranet without TLS. Browsers trust no such address: it has no
//! `crypto.randomUUID`, and its requests come without `Sec-Fetch-Site`.

use crate::support::TestApp;
use crate::support::browser::Chromium;

const DRAFT: &str = "消息|写给专家|写给企业";
const SUBJECT: &str = "横肋间距不合格";
/// The names of the files in the messages.
const SENT: &str = "[...document.querySelectorAll('.messages a[href^=\"/api/v1/attachments/\"]')].map((a) => a.textContent).join()";

#[test]
fn a_consultation_needs_no_secure_context() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    app.approved_expert(&admin, "expert-1", "K0101");
    app.claimed_enterprise(1, "440103", "K0101");
    let files = tempfile::tempdir().unwrap();
    let report = files.path().join("report.pdf");
    std::fs::write(&report, "%PDF-1.7\n").unwrap();

    let chromium = Chromium::start();
    let factory = chromium.insecure_browser("enterprise", &app.url);
    let expert = chromium.insecure_browser("expert", &app.url);
    expert.log_in("expert-1");
    factory.log_in("enterprise-1");
    factory.open("/ask");
    factory.fill("主题", SUBJECT);
    factory.fill("问题描述", "复验时横肋间距偏大");
    factory.click("button", "发起问诊");
    factory.is_at("/consultations/");
    expert.sees(SUBJECT);
    expert.click("link", SUBJECT);
    expert.is_at("/consultations/");
    expert.click("button", "接诊");
    expert.sees("问诊中");

    factory.sees("问诊中");
    factory.fill(DRAFT, "请看复验报告");
    factory.attach("添加附件", &report);
    factory.sees("report.pdf");
    factory.until("!document.querySelector('.write progress')");
    factory.click("button", "发送");
    expert.sees("请看复验报告");
    expert.until(&format!("{SENT}.includes('report.pdf')"));
    expert.fill(DRAFT, "收到");
    expert.click("button", "发送");
    factory.sees("收到");
    factory.sees_no("未发送");

    factory.click("button", "退出");
    factory.sees("凭统一社会信用代码认领账号");
}
