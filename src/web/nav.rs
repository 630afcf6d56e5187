//! The navigation of the consoles, made from the places that the rooms' pages declare, and the pictures beside its words.

use crate::web::frame::Frame;
use crate::web::room::{PageRow, Place};

/// A link of the navigation, as it is shown.
pub struct Link {
    /// The address of the page.
    pub href: &'static str,
    /// The words of the link, in the language of the page.
    pub label: &'static str,
    /// The picture, as a path of SVG.
    pub icon: &'static str,
    /// The page that is shown belongs to it.
    pub current: bool,
    /// It carries the count of unread messages.
    pub counts: bool,
    /// The route that says how many things wait there; empty where none is counted.
    pub waiting: &'static str,
    /// Its place in the order of the navigation.
    pub order: u16,
}

/// Links of the navigation that belong together.
pub struct Group {
    /// What they are called; none where the navigation is short, and no groups are needed.
    pub heading: Option<&'static str>,
    /// The links.
    pub links: Vec<Link>,
}

/// From how many links on they stand in groups.
const LONG: usize = 16;

/// The groups of a long navigation: up to which order of places each goes, that not included, and what it is called.
const GROUPS: [(u16, &str, &str); 7] = [
    (30, "总览", "Overview"),
    (60, "清零与问诊", "Cases and consultations"),
    (80, "帮扶", "Help"),
    (90, "抽查与检查", "Inspections"),
    (95, "信用", "Credit"),
    (100, "风险与督促", "Risk and oversight"),
    (u16::MAX, "管理", "Administration"),
];

fn belongs(path: &str, to: &str) -> bool {
    path == to || (to != "/" && path.strip_prefix(to).is_some_and(|rest| rest.starts_with('/')))
}

/// The places of a list of pages, each with the address of its page, in the order of the navigation.
pub fn places<'a>(pages: impl Iterator<Item = &'a PageRow>) -> Vec<(&'static str, &'a Place)> {
    let mut places: Vec<_> =
        pages.flat_map(|page| page.places.iter().map(|place| (page.path, place))).collect();
    places.sort_by_key(|(_, place)| place.order);
    places
}

impl Frame {
    /// The reader's navigation; none for who is not logged in.
    pub fn nav(&self) -> Vec<Link> {
        // Who has yet to set up a second factor can open none of these.
        let reader = self.person.as_ref().filter(|person| !person.proof.sets_up_only);
        let Some(role) = reader.map(|person| person.scope.role()) else { return Vec::new() };
        let link = |(href, place): &(&'static str, &Place)| Link {
            href,
            label: self.t(place.zh, place.en),
            icon: icon(place.icon),
            current: belongs(&self.path, href) || place.under.iter().any(|to| belongs(&self.path, to)),
            counts: place.counts,
            waiting: place.waiting,
            order: place.order,
        };
        self.places.iter().filter(|(_, place)| place.roles.contains(&role)).map(link).collect()
    }

    /// The reader's navigation in groups; one without a heading where it is short.
    pub fn nav_groups(&self) -> Vec<Group> {
        let links = self.nav();
        if links.len() < LONG {
            return vec![Group { heading: None, links }];
        }
        let mut groups: Vec<Group> =
            GROUPS.map(|(_, zh, en)| Group { heading: Some(self.t(zh, en)), links: Vec::new() }).into();
        for link in links {
            let place = GROUPS.iter().position(|(until, ..)| link.order < *until);
            if let Some(group) = place.and_then(|place| groups.get_mut(place)) {
                group.links.push(link);
            }
        }
        groups.retain(|group| !group.links.is_empty());
        groups
    }

    /// Whether a link of the reader's navigation says how many things wait.
    pub fn waits(&self) -> bool {
        self.nav().iter().any(|link| !link.waiting.is_empty())
    }

    /// A picture by its name, as a path of SVG on a field of 24 by 24.
    pub fn icon(&self, name: &str) -> &'static str {
        icon(name)
    }
}

fn icon(name: &str) -> &'static str {
    match name {
        "home" => "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
        "list" => "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
        "chat" => "M4 5h16v11H9l-5 4zM8.5 9h7M8.5 12h4.5",
        "folder" => "M3 6h6l2 2.5h10V19H3zM3 11h18",
        "person" => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.6-4 3.8-6 8-6s7.4 2 8 6",
        "gauge" => "M4 19a9 9 0 1 1 16 0M12 15l4-5M12 15h.01",
        "chart" => "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
        "case" => "M4 8h16v12H4zM9 8V5h6v3M4 13h16",
        "building" => "M5 21V4h10v17M15 9h4v12M3 21h18M8 8h4M8 12h4M8 16h4",
        "people" => {
            "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c.4-3.5 2.8-5.5 6-5.5s5.6 2 6 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M17.5 14.8c2 .6 3.2 2.4 3.5 5.2"
        }
        "upload" => "M12 16V4M7.5 8.5L12 4l4.5 4.5M4 16v4h16v-4",
        "plan" => "M5 5h6v5H5zM13 14h6v5h-6zM8 10v6.5h5M16 14V7.5h-5",
        "alert" => "M12 4l9 16H3zM12 10v5M12 17.5h.01",
        "shield" => "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4.5",
        "out" => "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
        "globe" => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
        "camera" => "M4 8h4l1.5-3h5L16 8h4v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
        "calendar" => "M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
        "clip" => "M19 11l-7.5 7.5a4 4 0 0 1-6-6L14 4a3 3 0 0 1 4 4l-8 8a1.5 1.5 0 0 1-2-2l7-7",
        "mail" => "M3 6h18v12H3zM3 7.5l9 6 9-6",
        "check" => "M5 12.5l4.5 4.5L19 7",
        "clock" => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
        "heart" => "M12 20.5C6.5 17 4 13.5 4 10a4.2 4.2 0 0 1 8-1.8A4.2 4.2 0 0 1 20 10c0 3.5-2.5 7-8 10.5z",
        "stop" => "M8 3h8l5 5v8l-5 5H8l-5-5V8zM8 12h8",
        _ => "M5 12h14M13 6l6 6-6 6",
    }
}

#[cfg(test)]
mod tests {
    use super::belongs;

    #[test]
    fn a_page_belongs_to_its_parent_path() {
        assert!(belongs("/", "/") && belongs("/cases/1", "/cases") && belongs("/cases", "/cases"));
        assert!(!belongs("/cases", "/") && !belongs("/casesx", "/cases") && !belongs("/", "/cases"));
    }
}
