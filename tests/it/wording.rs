//! The Chinese that people read: full-width punctuation in every sentence of the sources, templates and modules.

use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            // The demo's lists are CSV; the bench's texts are for nobody to read.
            if !path.ends_with("demo") && !path.ends_with("zerodesk-bench") {
                files(&path, found);
            }
        } else if path
            .extension()
            .is_some_and(|kind| ["rs", "html", "txt", "js"].iter().any(|known| kind == *known))
        {
            found.push(path);
        }
    }
}

const HALF_WIDTH: &str = ",;:?!";

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || "）》".contains(c)
}

/// The half-width punctuation of a line that stands behind or before Chinese, with what is around it.
fn half_width(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let wrong = chars.windows(2).enumerate().filter(|(_, pair)| {
        let (before, after) = (pair[0], pair[1]);
        is_chinese(before) && HALF_WIDTH.contains(after)
            || HALF_WIDTH.contains(before) && ('\u{4e00}'..='\u{9fff}').contains(&after)
    });
    wrong.map(|(at, _)| chars[at.saturating_sub(8)..(at + 8).min(chars.len())].iter().collect()).collect()
}

#[test]
fn chinese_sentences_have_full_width_punctuation() {
    assert_eq!(half_width("不能为空,请填写").len(), 2);
    assert!(half_width("不能为空，请填写：{name}").is_empty());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    files(&root.join("src"), &mut paths);
    files(&root.join("templates"), &mut paths);
    assert!(paths.len() > 400);
    let mut wrong = Vec::new();
    for path in paths.iter().filter(|path| !path.ends_with("tests.rs") && !path.ends_with("cli/demo.rs")) {
        let text = std::fs::read_to_string(path).unwrap();
        let written = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for (number, line) in
            written.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let name = path.strip_prefix(root).unwrap().display();
            wrong.extend(half_width(line).into_iter().map(|part| format!("{name}:{}: {part}", number + 1)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
