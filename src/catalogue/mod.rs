//! The catalogue: what the rest of the software looks up and never changes at run time — the regions, the product classes
//! and kinds with the product hospitals, and the calendar of working days.
//!
//! Rules of the module:
//! * Pure: each part is parsed from a text, has no I/O and no clock, and is immutable once parsed. Who reads files of further years is
//!   `server::calendar_files`.
//! * Parsing is strict. A text that contradicts itself (a name twice, an orphan parent, a make-up day on a weekday) is
//!   refused as a whole, so that a lookup later need not doubt what it finds.
//! * Codes are what other modules store; names are for people and for reading their spreadsheets.
//! * Dates are civil dates in Asia/Shanghai.
//!
//! Neighbours: it imports no other domain. `enterprises` and `experts` look up regions and kinds, `matching` the related
//! classes, `remediation` the calendar.

mod calendar;
mod error;
pub mod items;
mod products;
mod regions;
pub mod settings;

pub use calendar::{Calendar, CalendarFile, Holiday, Notice, Year, missing_year};
pub use error::{CalendarProblem, CatalogueError};
pub use products::{ProductClass, ProductHospital, ProductKind, Products, SupervisionClass};
pub use regions::{Region, RegionLevel, Regions, span, stem, within};

/// The calendar that is compiled in.
pub const BUILTIN_CALENDAR: CalendarFile<'static> =
    CalendarFile { name: "config/calendar.toml", text: include_str!("../../config/calendar.toml") };

/// The regions, products and calendar together, checked against each other.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The administrative divisions.
    pub regions: Regions,
    /// The product classes and kinds, and the product hospitals.
    pub products: Products,
    /// The calendar of working days.
    pub calendar: Calendar,
}

impl Catalogue {
    /// The catalogue that is compiled in, from the files in `config/`.
    ///
    /// # Errors
    /// As [`Catalogue::parse`]; a test proves that the compiled-in files have none.
    pub fn builtin() -> Result<Self, CatalogueError> {
        Self::with_calendar_files(&[])
    }

    /// The catalogue that is compiled in, with the years of these files added to its calendar or in the place of its own.
    ///
    /// # Errors
    /// As [`Calendar::layered`].
    pub fn with_calendar_files(files: &[CalendarFile<'_>]) -> Result<Self, CatalogueError> {
        let (regions, products) =
            (include_str!("../../config/regions.csv"), include_str!("../../config/catalogue.toml"));
        Self::parse(regions, products, &[&[BUILTIN_CALENDAR], files].concat())
    }

    /// Parses the texts and checks that every product hospital is in a known region.
    ///
    /// # Errors
    /// The first thing wrong in any of the texts; of the calendar, all things.
    pub fn parse(
        regions_csv: &str,
        products_toml: &str,
        calendar: &[CalendarFile<'_>],
    ) -> Result<Self, CatalogueError> {
        let catalogue = Self {
            regions: Regions::parse(regions_csv)?,
            products: Products::parse(products_toml)?,
            calendar: Calendar::layered(calendar)?,
        };
        for hospital in catalogue.products.hospitals() {
            if catalogue.regions.get(&hospital.region).is_none() {
                return Err(CatalogueError::Product {
                    entry: hospital.code.clone(),
                    problem: format!("its region `{}` is not known", hospital.region),
                });
            }
        }
        Ok(catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_catalogue_is_sound() {
        let catalogue = Catalogue::builtin().unwrap();
        assert_eq!(catalogue.products.classes().len(), 51);
        assert!(catalogue.products.kinds().len() >= 202);
        assert!(catalogue.products.hospitals().len() >= 20);
        for hospital in catalogue.products.hospitals() {
            assert!(catalogue.regions.contains("440000", &hospital.region));
        }
        assert!((2011..=2026).all(|year| catalogue.calendar.covers(year)));
    }

    #[test]
    fn a_hospital_in_an_unknown_region_is_refused() {
        let products = r#"
            class = []
            kind = []
            hospital = [{ code = "H01", region = "999999", name_zh = "某所", name_en = "An institute" }]
        "#;
        let error = Catalogue::parse("code,name,level,parent,name_en\n", products, &[]).unwrap_err();
        assert!(matches!(error, CatalogueError::Product { .. }));
        assert_eq!(error.to_string(), "products: entry `H01`: its region `999999` is not known");
    }
}
