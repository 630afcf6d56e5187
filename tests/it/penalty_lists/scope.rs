//! Who may know of penalty lists: officers of the region of the import and above.

use super::{IMPORTS, PENALTIES, QUESTIONS, hand_in, items, list, row};
use crate::support::TestApp;
use crate::support::people::text;

#[test]
fn officers_of_the_region_and_above_see_it_and_nobody_else() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let (province, city) = (app.admin("province", "440000"), app.admin("city-officer", "440100"));
    let other = app.admin("other-city", "440300");
    let operator = app.operator("operator");
    let (code, _) = app.listed(1, "440300", "K0101");
    // A penalty counts wherever its party is; who decides is the office of the list.
    let view = hand_in(&city, &list(&[row(1, "广州第1公司", &code), row(2, "谁也不认识的商行", "")]), &[]);
    let id = text(&view["id"]);
    for (who, seen) in [(&province, true), (&city, true), (&other, false)] {
        assert_eq!(who.get(&format!("{IMPORTS}/{id}")).status, if seen { 200 } else { 404 });
        for path in [IMPORTS, PENALTIES, QUESTIONS] {
            assert_eq!(!items(who, path).is_empty(), seen, "{path}");
        }
    }
    for path in [IMPORTS, PENALTIES, QUESTIONS] {
        assert_eq!(operator.get(path).status, 403, "{path}");
        assert_eq!(app.http().get(path).status, 401, "{path}");
    }
}
