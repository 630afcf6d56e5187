//! The region that a report is about.

use crate::catalogue::{Catalogue, Region};
use crate::core::actor::{Actor, Scope};
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};

/// The region of a report: the one asked for, which must be the caller's or lie under it; else the caller's
/// own; for the platform's operator the whole of it.
///
/// # Errors
/// 401 or 403 for who gets no reports; 422 for a region that is not the caller's.
pub fn region<'a>(
    actor: &Actor,
    catalogue: &'a Catalogue,
    asked: Option<&str>,
) -> Result<&'a Region, Problem> {
    let own = match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => {
            catalogue.regions.iter().find(|r| r.parent.is_none()).map(|r| r.code.clone()).unwrap_or_default()
        }
        (_, Some(Scope::Admin(region))) => region.clone(),
        (_, Some(_)) => return Err(Problem::forbidden()),
        (_, None) => return Err(Problem::unauthenticated()),
    };
    let wanted = asked.unwrap_or(&own);
    catalogue.regions.get(wanted).filter(|_| catalogue.regions.contains(&own, wanted)).ok_or_else(|| {
        let text = Text::new("不是您辖区内的行政区划代码", "is not the code of a region of yours");
        Problem::invalid(vec![FieldError::query("region", text)])
    })
}

/// The part of a region in which a place lies, for drilling down: the region's child that holds it, or the
/// region itself for what lies in none of them.
pub fn part<'a>(catalogue: &'a Catalogue, region: &'a Region, place: &str) -> &'a Region {
    let mut up = catalogue.regions.ancestors(place).take_while(|r| r.code != region.code);
    let mut part = region;
    for below in up.by_ref() {
        part = below;
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart_one_level_down() {
        let catalogue = Catalogue::builtin().unwrap();
        let region = |code: &str| catalogue.regions.get(code).unwrap();
        for (of, place, wanted) in [
            ("440000", "440103", "440100"),
            ("440000", "440100", "440100"),
            ("440000", "440000", "440000"),
            ("440100", "440103", "440103"),
            ("440100", "440100", "440100"),
            ("440103", "440103", "440103"),
        ] {
            assert_eq!(part(&catalogue, region(of), place).code, wanted, "{place} in {of}");
        }
    }
}
