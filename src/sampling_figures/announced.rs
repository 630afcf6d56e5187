//! What an authority has announced beside what is counted here.

use crate::core::Language;
use crate::inspections::words::Method;
use crate::reports::published::{Figure, Published};
use crate::sampling_figures::breadth::Breadth;
use crate::sampling_figures::counting::Figures;
use serde::Serialize;

/// An announced figure beside the counted one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Announced {
    /// The figure.
    #[schema(inline)]
    pub figure: Figure,
    /// Its name.
    pub name: String,
    /// The number that was announced.
    pub announced: i64,
    /// The publication that announced it.
    pub source: String,
    /// The number that is counted from the records.
    pub counted: i64,
    /// `counted` − `announced`.
    pub difference: i64,
}

/// The figures of a year that were announced of a method, each with what is counted.
pub fn beside(
    published: &[Published],
    (year, method): (i32, Method),
    figures: &Figures,
    breadth: &Breadth,
    language: Language,
) -> Vec<Announced> {
    let counted = |figure: Figure| match (method, figure) {
        (Method::Sampling, Figure::SamplingClasses) | (Method::Label, Figure::LabelClasses) => {
            Some(breadth.classes)
        }
        (Method::Sampling, Figure::SamplingKinds) => Some(breadth.kinds),
        (Method::Sampling, Figure::SamplingOperators) => Some(breadth.operators),
        (Method::Sampling, Figure::SamplingProducts) | (Method::Label, Figure::LabelProducts) => {
            Some(figures.get("tested"))
        }
        (Method::Sampling, Figure::SamplingNonconforming) => Some(figures.get("nonconforming")),
        (Method::Label, Figure::LabelThreeNoes) => Some(figures.get("three_noes")),
        (Method::Label, Figure::LabelNonconforming) => Some(figures.get("label_nonconforming")),
        _ => None,
    };
    published
        .iter()
        .filter(|row| row.year == year)
        .filter_map(|row| {
            let counted = counted(row.figure)?;
            Some(Announced {
                figure: row.figure,
                name: row.figure.text().get(language).to_owned(),
                announced: row.value,
                source: row.source.clone(),
                counted,
                difference: counted - row.value,
            })
        })
        .collect()
}
