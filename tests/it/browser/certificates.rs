//! An application with certificates, in a browser, and the officer's decision on it.

use diesel::prelude::*;
use zerodesk::db::schema::attachment;

use crate::attachments::samples::{PDF, PNG};
use crate::support::TestApp;
use crate::support::browser::Chromium;
use crate::support::people::{PASSWORD, link};

#[test]
fn an_applicant_hands_in_certificates_and_the_officer_decides_on_each_specialty() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let folder = tempfile::tempdir().unwrap();
    let (photo, scan) = (folder.path().join("title.png"), folder.path().join("degree.pdf"));
    std::fs::write(&photo, PNG).unwrap();
    std::fs::write(&scan, PDF).unwrap();
    let chromium = Chromium::start();
    let applicant = chromium.browser("applicant", &app.url);
    applicant.open("/apply");
    applicant.fill("姓名", "陈工");
    applicant.fill("职称", "正高级工程师");
    applicant.fill("邮箱", "chen@hospital.example");
    applicant.fill("工作单位", "广州质检院");
    applicant.fill("职务", "检测室主任");
    applicant.fill("学历、资格与从业经历", "硕士，从业二十年");
    let choose = "const [kind, other] = ['specialties.0.product_kind', 'specialties.1.product_kind'].map((n) => document.querySelector(`[name=\"${n}\"]`));
        kind.value = 'K0101'; other.value = 'K1001';
        for (const field of [kind, other]) field.dispatchEvent(new Event('input', { bubbles: true })); return true;";
    applicant.until(&format!("(() => {{ {choose} }})()"));
    applicant.click("button", "提交申请");
    applicant.sees("请查收邮件");
    app.mails_sent();
    let token =
        app.smtp.received().iter().filter(|m| m.to == ["chen@hospital.example"]).find_map(link).unwrap();

    applicant.open(&format!("/apply/confirm#token={token}"));
    applicant.sees("资格证书");
    applicant.attach("添加证书", &photo);
    applicant.until("document.querySelectorAll('#certificates .file').length === 1");
    applicant.attach("添加证书", &scan);
    applicant.until("document.querySelectorAll('#certificates .file').length === 2");
    applicant.attach("添加证书", &photo);
    applicant.until("document.querySelectorAll('#certificates .file').length === 3");
    applicant.until("(() => { const drop = document.querySelectorAll('#certificates .file button')[2]; if (drop && !drop.disabled) drop.click(); return document.querySelectorAll('#certificates .file').length === 2; })()");
    applicant.fill("用户名", "chen");
    applicant.fill("密码", PASSWORD);
    applicant.click("button", "确认并提交审核");
    applicant.sees("申请已提交");
    let kept: i64 = attachment::table
        .filter(attachment::application_id.is_not_null())
        .count()
        .get_result(&mut *app.app.conn().unwrap())
        .unwrap();
    assert_eq!(kept, 2);

    let officer = chromium.browser("officer", &app.url);
    officer.log_in("officer");
    officer.open("/vetting");
    officer.click("link", "陈工");
    officer.sees("degree.pdf");
    officer.until("document.querySelector('img.thumb')?.complete && document.querySelector('img.thumb').naturalWidth > 0");
    officer.until("(() => { const no = document.querySelectorAll('input[value=false][type=radio]')[1]; no.click(); return no.checked; })()");
    officer.until("(() => { const why = document.querySelector('[name=\"specialties.1.reason\"]'); why.value = '未见相应资质'; why.dispatchEvent(new Event('input', { bubbles: true })); return why.value !== ''; })()");
    officer.click("button", "通过申请");
    officer.within("dialog", "通过专家申请").click("button", "确认");
    officer.is_at("/vetting");
    assert!(app.mail("chen@hospital.example", "已通过审核").body_text.contains("未见相应资质"));
}
