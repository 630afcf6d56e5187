//! How a domain declares a section of the settings: [`settings_section!`](crate::settings_section).
//!
//! A setting is declared once, in the `settings.rs` of its domain: key, type, default, range and words. The checks of a settings
//! file, the names of the variables, `config/default.toml` and `docs/configuration.md` are made from that.

/// Declares a section of the settings:
///
/// ```
/// zerodesk::settings_section! {
///     /// What the section is about.
///     pub LimitSettings in "limits" {
///         /// Most rows of one list.
///         rows: u32 = 20, 1..=1_000;
///         /// Name of the list.
///         name: String = "inspections".to_owned();
///     }
/// }
/// ```
///
/// Each key has words, a type, its built-in value and, where it is a number, its range. `checked by` names a function that checks
/// what must hold between keys; `, provisional by` says where numbers come from that no published rule confirms, which `check-config` lists;
/// `constants` lists values that are no keys: code and tests can change them, operators can't.
#[macro_export]
macro_rules! settings_section {
    (
        $(#[doc = $about:literal])+
        pub $name:ident in $section:literal $(checked by $check:path)? $(, provisional by $source:literal)? {
            $($(#[doc = $words:literal])+ $key:ident: $type:ty = $built_in:expr $(, $least:literal..=$greatest:literal)?;)+
        }
        $(constants {
            $($(#[doc = $constant_words:literal])+ $constant:ident: $constant_type:ty = $value:expr;)+
        })?
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[doc = $words])+ pub $key: $type,)+
            $($($(#[doc = $constant_words])+ #[serde(skip)] pub $constant: $constant_type,)+)?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $built_in,)+ $($($constant: $value,)+)? }
            }
        }

        impl $crate::settings::Section for $name {
            const NAME: &'static str = $section;
            const ABOUT: &'static [&'static str] = &[$($about),+];
            $(const PROVISIONAL: Option<&'static str> = Some($source);)?
            const KEYS: &'static [$crate::settings::kind::Key] = &[$($crate::settings::kind::Key {
                name: stringify!($key),
                words: &[$($words),+],
                kind: $crate::settings_section!(@kind $type $(, $least, $greatest)?),
            }),+];

            fn built_in() -> &'static Self {
                static BUILT_IN: std::sync::LazyLock<$name> = std::sync::LazyLock::new($name::default);
                &BUILT_IN
            }

            fn built_in_texts() -> Vec<String> {
                let built_in = Self::built_in();
                vec![$($crate::settings::value::Value::built_in_text(&built_in.$key)),+]
            }

            fn check(&self, checks: &mut $crate::settings::Checks<'_>) {
                $($check(self, checks);)?
                let _ = checks;
            }
        }
    };
    (@kind $type:ty, $least:literal, $greatest:literal) => {
        $crate::settings::kind::Kind::Integer($least, $greatest)
    };
    (@kind $type:ty) => { <$type as $crate::settings::value::Described>::KIND };
}
