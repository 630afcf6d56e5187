//! Bad queries and paths.

use super::{assert_none, contents, in_both, wanted};
use crate::support::TestApp;

/// What is asked for as the officer of a province, with `{talk}`, and the answer.
pub const CASES: &[(&str, &str)] = &[
    ("/api/v1/regions?limit=0", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=201", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=-1", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=many", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=1.5", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=99999999999999999999", "422 invalid_fields ?limit"),
    ("/api/v1/regions?limit=1&limit=2", "422 invalid_fields ?limit"),
    ("/api/v1/regions?cursor=x", "422 invalid_fields ?cursor"),
    ("/api/v1/regions?cursor=AAAA", "422 invalid_fields ?cursor"),
    ("/api/v1/regions?limit=0&cursor=x", "422 invalid_fields ?limit ?cursor"),
    ("/api/v1/regions?level=planet", "422 invalid_fields ?level"),
    ("/api/v1/regions?parent=999999", "422 invalid_fields ?parent"),
    ("/api/v1/regions?colour=red", "422 invalid_fields ?colour"),
    ("/api/v1/regions?parent=%00", "422 invalid_fields ?parent"),
    ("/api/v1/regions?parent=%ff", "422 invalid_fields ?parent"),
    ("/api/v1/product-classes?limit=0", "422 invalid_fields ?limit"),
    ("/api/v1/product-kinds?class=C99", "422 invalid_fields ?class"),
    ("/api/v1/product-kinds?q=a&q=b", "422 invalid_fields ?q"),
    ("/api/v1/product-hospitals?region=1", "422 invalid_fields ?region"),
    ("/api/v1/calendar?year=soon", "422 invalid_fields ?year"),
    ("/api/v1/calendar?year=99999999999", "422 invalid_fields ?year"),
    ("/api/v1/calendar?year=2101", "422 invalid_fields ?year"),
    ("/api/v1/enterprise-registrations?state=lost", "422 invalid_fields ?state"),
    ("/api/v1/expert-applications?vetting=maybe", "422 invalid_fields ?vetting"),
    ("/api/v1/experts?available=often", "422 invalid_fields ?available"),
    ("/api/v1/experts?limit=201", "422 invalid_fields ?limit"),
    ("/api/v1/zero-out/imports?state=done", "422 invalid_fields ?state"),
    ("/api/v1/zero-out?operating_status=open", "422 invalid_fields ?operating_status"),
    ("/api/v1/zero-out?cleared=nearly", "422 invalid_fields ?cleared"),
    ("/api/v1/enterprises?cursor=%25", "422 invalid_fields ?cursor"),
    ("/api/v1/consultations?status=lost", "422 invalid_fields ?status"),
    ("/api/v1/consultations?enterprise=1", "422 invalid_fields ?enterprise"),
    ("/api/v1/consultations?expert=x", "422 invalid_fields ?expert"),
    ("/api/v1/consultations?nonconformity=", "422 invalid_fields ?nonconformity"),
    ("/api/v1/consultations?limit=0", "422 invalid_fields ?limit"),
    ("/api/v1/consultations/{talk}/messages?stream=all", "422 invalid_fields ?stream"),
    ("/api/v1/consultations/{talk}/messages?after=-1", "422 invalid_fields ?after"),
    ("/api/v1/consultations/{talk}/messages?after=x", "422 invalid_fields ?after"),
    ("/api/v1/consultations/{talk}/messages?after=9223372036854775808", "422 invalid_fields ?after"),
    ("/api/v1/consultations/{talk}/messages?limit=0", "422 invalid_fields ?limit"),
    ("/api/v1/remediation/cases?state=lost", "422 invalid_fields ?state"),
    ("/api/v1/remediation/cases?due_before=soon", "422 invalid_fields ?due_before"),
    ("/api/v1/remediation/cases?due_before=2021-02-30", "422 invalid_fields ?due_before"),
    ("/api/v1/remediation/cases?enterprise=x", "422 invalid_fields ?enterprise"),
    ("/api/v1/knowledge/articles?product_kind=%00", "422 invalid_fields ?product_kind"),
    ("/api/v1/knowledge/articles?limit=0", "422 invalid_fields ?limit"),
    ("/api/v1/knowledge/drafts?state=lost", "422 invalid_fields ?state"),
    ("/api/v1/knowledge/similar?product_kind=K9999", "422 invalid_fields ?product_kind"),
    ("/api/v1/knowledge/similar?limit=21", "422 invalid_fields ?limit"),
    ("/api/v1/knowledge/usage?as_of=soon", "422 invalid_fields ?as_of"),
    ("/api/v1/knowledge/usage?as_of=2999-01-01", "422 invalid_fields ?as_of"),
    ("/api/v1/audit?actor=me", "422 invalid_fields ?actor"),
    ("/api/v1/audit?subject=it", "422 invalid_fields ?subject"),
    ("/api/v1/audit?when=now", "422 invalid_fields ?when"),
    ("/api/v1/consultations/1", "404 not_found"),
    ("/api/v1/consultations/not-an-id", "404 not_found"),
    ("/api/v1/consultations/019c0000-0000-7000-8000-000000000000", "404 not_found"),
    ("/api/v1/consultations/%00", "404 not_found"),
    ("/api/v1/enterprises/%E7%94%B2", "404 not_found"),
    ("/api/v1/experts/me", "404 not_found"),
    ("/api/v1/remediation/cases/x", "404 not_found"),
    ("/api/v1/zero-out/imports/x", "404 not_found"),
    ("/api/v1/", "404 not_found"),
    ("/api/v2/regions", "404 not_found"),
    ("/api/v1/regions/", "404 not_found"),
    ("/api/v1/auth/login", "405 method_not_allowed"),
    ("/../../etc/passwd", "404 not_found"),
];

#[test]
fn every_bad_query_is_refused_with_its_parameter() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (before, mut differences) = (contents(&app, &[]), Vec::new());
    for (path, answer) in CASES {
        let path = path.replace("{talk}", &talk.id);
        let found = in_both(&officer, |who| who.get(&path));
        if found != wanted(answer) {
            differences.push(format!("{path}: {answer} wanted, {found:?}"));
        }
    }
    assert_none(differences);
    assert_eq!(contents(&app, &[]), before);
}
