//! A rumour is never conduct: nothing leads from signals to credit conduct, nor back.

use crate::architecture::sources::{sources, src};

#[test]
fn no_path_leads_from_signals_to_conduct() {
    let _ = src();
    for (file, text) in sources("rs").into_iter().chain(sources("sql")) {
        let of_conduct =
            ["conduct/", "conduct_sources/", "credit/"].iter().any(|room| file.starts_with(room));
        if file.starts_with("signals/") {
            for word in ["crate::conduct", "crate::credit", "published.conduct", "conduct_event"] {
                assert!(!text.contains(word), "{file}: {word}");
            }
        } else if of_conduct {
            for word in ["crate::signals", "published.signal", "signal_event"] {
                assert!(!text.contains(word), "{file}: {word}");
            }
        }
    }
}
