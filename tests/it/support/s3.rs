//! A real S3 server for a test: moto's, which `script/bootstrap test` installs.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A running server with one empty bucket; ended when dropped.
pub struct S3Server {
    process: Child,
    pub endpoint: String,
}

/// Its bucket.
pub const BUCKET: &str = "attachments";

fn program() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    let program = cache.join("zerodesk/moto-5.2.5/bin/moto_server");
    assert!(program.exists(), "{} is missing; run script/bootstrap test", program.display());
    program
}

impl S3Server {
    pub fn start() -> Self {
        let mut process = Command::new(program())
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let said =
            lines.find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()));
        let endpoint = said.expect("moto's server did not start");
        // Else it would block once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let server = Self { process, endpoint };
        assert_eq!(ureq::put(server.url("")).send_empty().unwrap().status(), 200);
        server
    }

    /// The address of an object, or of the bucket. The server asks nobody for a signature.
    pub fn url(&self, key: &str) -> String {
        format!("{}/{BUCKET}/{key}", self.endpoint)
    }

    /// The keys in the bucket.
    pub fn keys(&self) -> Vec<String> {
        let list = ureq::get(format!("{}?list-type=2", self.url(""))).call().unwrap();
        let list = list.into_body().read_to_string().unwrap();
        let keys = list.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        keys.map(str::to_owned).collect()
    }

    /// The bytes of an object.
    pub fn object(&self, key: &str) -> Vec<u8> {
        // That there is a signature is all that moto asks of an object's reader.
        let signed = "AWS4-HMAC-SHA256 Credential=key/20260302/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
        let mut found = ureq::get(self.url(key)).header("Authorization", signed).call().unwrap();
        found.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap()
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
