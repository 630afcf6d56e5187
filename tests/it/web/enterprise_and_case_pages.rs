//! The enterprise's console and the case's page, by role, in both languages.

use serde_json::json;

use crate::support::{Http, TestApp};

/// A page in both languages. Gives the Chinese one.
fn page(who: &Http, path: &str) -> String {
    let join = if path.contains('?') { '&' } else { '?' };
    let [zh, en] = ["zh-CN", "en"].map(|tag| {
        let reply = who.get(&format!("{path}{join}lang={tag}"));
        assert_eq!((reply.status, reply.header("content-language")), (200, tag), "{path}: {}", reply.text);
        assert!(reply.text.len() < 100 * 1024, "{path}: {}", reply.text.len());
        let policy = reply.header("content-security-policy").to_owned();
        assert!(policy.contains("'sha256-") && !policy.contains("unsafe"), "{policy}");
        assert!(!reply.text.contains("<style></style>"), "{path}: a style is missing");
        reply.text
    });
    assert_ne!(zh, en);
    zh
}

#[test]
fn an_enterprise_sees_its_tasks_and_other_roles_have_no_such_pages() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (enterprise, case) = (&talk.enterprise.http, talk.enterprise.case.clone().unwrap());
    let advice = json!({ "actions": [{ "kind": "correction", "description": "更换<导体>" }] });
    talk.expert.http.post(&format!("/api/v1/consultations/{}/advice", talk.id), &advice).expect(201);
    let desk = page(enterprise, "/");
    assert!(desk.contains("停产停售中") && desk.contains("1 项整改措施待答复"), "{desk}");
    assert!(desk.contains(&format!("/consultations/{}", talk.id)));
    // Drawn, and written.
    assert!(desk.contains("class=\"ring") && desk.contains(">逾期<"), "{desk}");
    let records = page(enterprise, "/records?show=open");
    assert!(records.contains(&format!("/cases/{case}")));
    assert!(page(enterprise, "/records?show=cleared").contains("没有符合条件的记录"));
    assert!(page(enterprise, "/records?page=99").contains(&format!("/cases/{case}")));
    // A consultation about it is under way, so it is not offered again.
    let ask = page(enterprise, "/ask");
    assert!(ask.contains("已有进行中的问诊") && ask.contains("name=\"product_kind\""), "{ask}");
    let conclusion = json!({ "conclusion": "整改方案已给出" });
    talk.expert.http.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclusion).expect(200);
    assert!(page(enterprise, "/").contains("请评价："));
    let archive = page(enterprise, "/archive");
    assert!(
        archive.contains("整改方案已给出")
            && archive.contains(&format!("/consultations/{}/transcript", talk.id))
    );
    assert!(archive.contains(&format!("/cases/{case}/dossier")));
    for who in [&officer, &talk.expert.http] {
        for path in ["/records", "/ask", "/archive"] {
            assert_eq!(who.get(path).status, 404, "{path}");
        }
    }
}

#[test]
fn a_case_shows_each_role_its_own_steps() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (enterprise, case) = (&talk.enterprise.http, talk.enterprise.case.clone().unwrap());
    let path = format!("/cases/{case}");
    let ours = page(enterprise, &path);
    // The hold with its article, the line of time, the steps of the enterprise, files with their limits.
    assert!(ours.contains("停止生产、销售") && ours.contains("第四十九条"), "{ours}");
    assert!(ours.contains("class=\"today\"") && ours.contains("value=\"start_correction\""), "{ours}");
    assert!(!ours.contains("value=\"reinspect\""));
    let theirs = page(&officer, &path);
    assert!(
        theirs.contains("value=\"reinspect\"") && !theirs.contains("value=\"start_correction\""),
        "{theirs}"
    );
    assert!(theirs.contains("第四十七条") && theirs.contains("value=\"correct\""));
    let evidence = format!("cases/{case}/evidence\"");
    assert!(!theirs.contains(&evidence), "only the enterprise hands in evidence");
    assert!(theirs.contains("data-files=\"attachments\""), "each step takes the document that it stands on");
    let begun = json!({ "event": "start_correction" });
    enterprise.post(&format!("/api/v1/remediation/cases/{case}/events"), &begun).expect(200);
    let ours = page(enterprise, &path);
    assert!(ours.contains(&evidence) && ours.contains("capture=\"environment\""), "{ours}");
    let elsewhere = app.admin("officer-sz", "440300");
    assert_eq!(elsewhere.get(&path).status, 404);
}
