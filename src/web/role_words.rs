//! The names of roles, in both languages.

use crate::core::actor::Role;
use crate::web::frame::Frame;

impl Frame {
    /// The name of a role, by its word.
    pub fn role_word(&self, word: &str) -> &str {
        match word {
            "enterprise" => self.t("企业", "enterprise"),
            "expert" => self.t("专家", "expert"),
            "admin" => self.t("监管人员", "regulator"),
            "operator" => self.t("平台运营", "operator"),
            "sampler" => self.t("抽样人员", "sampler"),
            "laboratory" => self.t("检验机构", "laboratory"),
            _ => self.t("系统", "system"),
        }
    }

    /// The name of a role.
    pub fn role_name(&self, role: &Role) -> &str {
        self.role_word(role.as_str())
    }
}
