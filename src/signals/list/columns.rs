//! How the columns of a kind of list are declared.

/// Declares the columns of a kind of list: variant, English name, Chinese heading, content, whether a row must fill it, other headings, what it
/// takes and an example, in Chinese and English.
macro_rules! columns {
    ($(#[$meta:meta])* $name:ident by $first:ident, report $report:expr, signs $signs:expr;
     $($variant:ident $word:tt $zh:literal $content:ident $required:literal [$($other:literal),*]
         ($rule_zh:literal, $rule_en:literal) ($example_zh:literal, $example_en:literal);)+) => {
        crate::word_enum! {
            $(#[$meta])*
            pub enum $name {
                $(#[doc = $zh] $variant = $word),+
            }
        }

        impl crate::list_files::ListColumn for $name {
            const ALL: &'static [Self] = $name::ALL;
            const NAME: Self = Self::$first;
            const REPORT: &'static [Self] = $report;
            const SIGNS: &'static [Self] = $signs;

            fn index(self) -> usize {
                self as usize
            }

            fn word(self) -> &'static str {
                self.as_str()
            }

            fn name_zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            fn content(self) -> crate::list_files::column::Content {
                match self { $(Self::$variant => crate::list_files::column::Content::$content),+ }
            }

            fn is_required(self) -> bool {
                match self { $(Self::$variant => $required),+ }
            }

            fn must_name(self) -> bool {
                crate::list_files::ListColumn::is_required(self)
            }

            fn other_names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($other),*]),+ }
            }

            fn of(heading: &str) -> Option<Self> {
                let heading = crate::list_files::column::plain(heading);
                Self::ALL.iter().copied().find(|column| {
                    let names = [column.as_str(), crate::list_files::ListColumn::name_zh(*column)];
                    names.iter().any(|name| crate::list_files::column::plain(name) == heading)
                })
            }

            fn like(heading: &str) -> Option<Self> {
                let whole = crate::list_files::column::plain(heading);
                let other = |heading: &str| {
                    Self::ALL.iter().copied().find(|column| {
                        let mut names = crate::list_files::ListColumn::other_names(*column).iter();
                        names.any(|name| crate::list_files::column::plain(name) == heading)
                    })
                };
                let short = whole.split('(').next().unwrap_or_default().trim_end_matches(':');
                let named = || (!short.is_empty()).then(|| Self::of(short)).flatten();
                other(&whole).or_else(named).or_else(|| other(short).filter(|_| !short.is_empty()))
            }

            fn is_value(self, cell: &str) -> bool {
                crate::list_files::ListColumn::is_date(self) && cell.trim().len() >= 8 && crate::list_files::date::parse(cell).is_some()
            }

            fn rule(self) -> crate::core::Text {
                match self { $(Self::$variant => crate::core::Text::new($rule_zh, $rule_en)),+ }
            }

            fn example(self, language: crate::core::Language) -> &'static str {
                let (zh, en) = match self { $(Self::$variant => ($example_zh, $example_en)),+ };
                if language == crate::core::Language::Zh { zh } else { en }
            }
        }
    };
}

pub(super) use columns;
