//! The least that a click costs: an event of the Runtime API, one signed `UpdateItem` over one TLS
//! connection, a redirect. It has no SDK, no log and no checks, not even of the link's signature.

use std::env::var;
use std::error::Error;
use std::io::{BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ring::hmac::{HMAC_SHA256, Key, sign};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let api = var("AWS_LAMBDA_RUNTIME_API")?;
    let mut table = Table::connect()?;
    let mut runtime = BufReader::new(TcpStream::connect(&api)?);
    runtime.get_ref().set_nodelay(true)?;
    loop {
        write!(BufWriter::new(runtime.get_ref()), "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: {api}\r\n\r\n")?;
        let (head, event) = read(&mut runtime)?;
        let request = between(&head, "lambda-runtime-aws-request-id: ", "\r\n");
        let event = String::from_utf8(event)?;
        table.confirm(between(&event, r#""bookingId": ""#, "\""))?;
        let location = between(&event, r#""redirect": ""#, "\"");
        let answer = format!(r#"{{"statusCode":302,"headers":{{"location":"{location}"}}}}"#);
        let path = format!("/2018-06-01/runtime/invocation/{request}/response");
        let length = answer.len();
        write!(
            BufWriter::new(runtime.get_ref()),
            "POST {path} HTTP/1.1\r\nhost: {api}\r\ncontent-length: {length}\r\n\r\n{answer}"
        )?;
        read(&mut runtime)?;
    }
}

/// The table of bookings, over one connection.
struct Table {
    connection: BufReader<StreamOwned<ClientConnection, TcpStream>>,
    host: String,
    name: String,
    region: String,
    key_id: String,
    secret: String,
    /// The day, and the key that signs on it.
    signing: Option<(String, Key)>,
}

impl Table {
    /// Connects, and waits for the end of the handshake.
    fn connect() -> Result<Self> {
        let url = var("AWS_ENDPOINT_URL_DYNAMODB")?;
        let host = url.strip_prefix("https://").ok_or("AWS_ENDPOINT_URL_DYNAMODB is not an https URL")?.to_owned();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(var("SSL_CERT_FILE")?)?)?;
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = host.split(':').next().unwrap_or_default().to_owned();
        let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from(name)?)?;
        let mut stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut stream)?;
        }
        Ok(Self {
            connection: BufReader::new(StreamOwned::new(tls, stream)),
            host,
            name: var("TABLE")?,
            region: var("AWS_REGION")?,
            key_id: var("AWS_ACCESS_KEY_ID")?,
            secret: var("AWS_SECRET_ACCESS_KEY")?,
            signing: None,
        })
    }

    /// Confirms a booking that is tentative.
    fn confirm(&mut self, booking: &str) -> Result<()> {
        let body = format!(
            r##"{{"TableName":"{}","Key":{{"id":{{"S":"{booking}"}}}},"UpdateExpression":"SET #state = :to","ConditionExpression":"#state = :from","ExpressionAttributeNames":{{"#state":"state"}},"ExpressionAttributeValues":{{":from":{{"S":"tentative"}},":to":{{"S":"confirmed"}}}}}}"##,
            self.name
        );
        let (time, authorization) = self.authorize(&body);
        let (host, length) = (&self.host, body.len());
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\n{HEADERS}x-amz-date: {time}\r\nauthorization: {authorization}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.connection.get_mut().write_all(request.as_bytes())?;
        let (head, answer) = read(&mut self.connection)?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(format!("the booking is not confirmed: {head}{}", String::from_utf8_lossy(&answer)).into());
        }
        Ok(())
    }

    /// The time, and the `authorization` of a request with this body now: AWS Signature Version 4.
    fn authorize(&mut self, body: &str) -> (String, String) {
        let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = &time[..8];
        let Self { host, region, key_id, secret, .. } = self;
        let scope = format!("{day}/{region}/dynamodb/aws4_request");
        let canonical = format!(
            "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:{host}\nx-amz-date:{time}\nx-amz-target:DynamoDB_20120810.UpdateItem\n\n{SIGNED}\n{}",
            hex(digest(&SHA256, body.as_bytes()).as_ref())
        );
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(digest(&SHA256, canonical.as_bytes()).as_ref()));
        if self.signing.as_ref().is_none_or(|(of, _)| of != day) {
            let key = |key: &[u8]| Key::new(HMAC_SHA256, key);
            let parts = [day, region, "dynamodb", "aws4_request"];
            let first = key(format!("AWS4{secret}").as_bytes());
            let last = parts.iter().fold(first, |of, part| key(sign(&of, part.as_bytes()).as_ref()));
            self.signing = Some((day.to_owned(), last));
        }
        let signature = self.signing.as_ref().map(|(_, key)| hex(sign(key, text.as_bytes()).as_ref())).unwrap_or_default();
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={SIGNED}, Signature={signature}");
        (time, authorization)
    }
}

const HEADERS: &str = "content-type: application/x-amz-json-1.0\r\nx-amz-target: DynamoDB_20120810.UpdateItem\r\n";
const SIGNED: &str = "content-type;host;x-amz-date;x-amz-target";

/// The head and the body of an HTTP message.
fn read(stream: &mut BufReader<impl Read>) -> Result<(String, Vec<u8>)> {
    let mut message = Vec::new();
    let mut part = [0; 8192];
    loop {
        let count = stream.read(&mut part)?;
        message.extend_from_slice(&part[..count]);
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut response = httparse::Response::new(&mut headers);
        if let httparse::Status::Complete(head) = response.parse(&message)? {
            let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.map_or(Ok("0"), |header| str::from_utf8(header.value))?.parse()?;
            let mut body = message.split_off(head);
            let begun = body.len();
            body.resize(length, 0);
            stream.read_exact(&mut body[begun.min(length)..])?;
            return Ok((String::from_utf8(message)?, body));
        }
        if count == 0 {
            return Err("the connection was closed".into());
        }
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(value, _)| value)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
