//! What a laboratory tests and whom it serves. Pure.

use crate::catalogue::{Products, Regions};

/// Whether a list of classes and kinds has a kind, or a class as a whole, in it.
pub fn tests(listed: &[String], product: &str, products: &Products) -> bool {
    let class = products.kind(product).map(|kind| kind.class.as_str());
    listed.iter().any(|code| code == product || Some(code.as_str()) == class)
}

/// Whether one of these regions is this one or holds it.
pub fn serves(regions: &[String], region: &str, catalogue: &Regions) -> bool {
    regions.iter().any(|scope| catalogue.contains(scope, region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn a_class_holds_its_kinds_and_a_kind_is_no_class() {
        let catalogue = Catalogue::builtin().unwrap();
        let listed = ["C03".to_owned(), "K0101".to_owned()];
        for (product, wanted) in
            [("C03", true), ("K0301", true), ("K0101", true), ("C01", false), ("K0102", false)]
        {
            assert_eq!(tests(&listed, product, &catalogue.products), wanted, "{product}");
        }
    }

    #[test]
    fn a_region_is_served_with_all_under_it() {
        let catalogue = Catalogue::builtin().unwrap();
        let regions = ["440100".to_owned()];
        assert!(
            serves(&regions, "440103", &catalogue.regions) && serves(&regions, "440100", &catalogue.regions)
        );
        assert!(
            !serves(&regions, "440000", &catalogue.regions)
                && !serves(&regions, "440300", &catalogue.regions)
        );
    }
}
