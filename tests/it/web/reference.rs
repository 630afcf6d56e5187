//! The reference data.

use serde_json::Value;

use super::support::{Server, server};

fn all(server: &Server, path: &str) -> Vec<Value> {
    let (mut cursor, mut items) = (String::new(), Vec::new());
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = server.get(&format!("{path}{separator}limit=7&cursor={cursor}")).json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return items,
        }
    }
}

#[test]
fn lists_are_paged_and_filtered() {
    let server = server();
    let catalogue = server.app.catalogue();
    assert_eq!(all(&server, "/api/v1/regions").len(), catalogue.regions.iter().len());
    let cities = all(&server, "/api/v1/regions?parent=440000");
    assert!(cities.len() >= 21 && cities.iter().all(|r| r["level"] == "city"));
    assert_eq!(all(&server, "/api/v1/regions?level=province").len(), 1);
    assert_eq!(all(&server, "/api/v1/product-classes").len(), 51);
    assert_eq!(all(&server, "/api/v1/product-kinds").len(), catalogue.products.kinds().len());
    let first = |typed: &str| {
        let q: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        server.get(&format!("/api/v1/product-kinds?q={q}")).json()["items"][0]["code"].clone()
    };
    for typed in ["热轧带肋钢筋", "螺纹钢", "luowengang", "lwg", "rzdlgj", "k0101", "Hot-rolled ribbed"]
    {
        assert_eq!(first(typed), "K0101", "{typed}");
    }
    assert_eq!(first("水泥"), "K0201", "another name that is all of what was typed");
    for path in ["/api/v1/product-kinds?class=C99", "/api/v1/product-hospitals?region=1"] {
        assert_eq!(server.get(path).status, 422, "{path}");
    }
}
