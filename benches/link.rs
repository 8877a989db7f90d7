//! The CPU of the link library: `cargo bench --bench link`.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use action_links::booking::{Action, BookingId};
use action_links::link::{
    ApiKey, BaseUrl, HostPattern, Redirect, RedirectPolicy, Signer, UnsignedLink, UnverifiedLink, Verifier,
};
use criterion::{Criterion, criterion_group, criterion_main};

const PATH: &str = "/v2/bookings/3fa85f64-5717-4562-b3fc-2c963f66afa6/external_action/confirm";

fn action_link() -> UnsignedLink {
    let booking = BookingId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").unwrap();
    UnsignedLink::new(booking, Action::parse("confirm").unwrap())
}

fn link(c: &mut Criterion) {
    let key = ApiKey::new("test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718").unwrap();
    let base = BaseUrl::parse("https://links.hairbyada.example").unwrap();
    let signer = Signer::new(&key, &base);
    let now = SystemTime::now();
    let plain = action_link();
    let full = action_link()
        .expires_at(now + Duration::from_secs(86_400))
        .redirect(&Redirect::trusted("https://hairbyada.example/thanks?from=mail").unwrap());
    c.bench_function("sign", |b| b.iter(|| signer.sign(black_box(&plain), now)));
    c.bench_function("sign, with an expiry and a redirect", |b| b.iter(|| signer.sign(black_box(&full), now)));

    let verifier = Verifier::new([&key]);
    let verifiable = signer.sign(&plain, now).signature;
    for (name, link) in [("verify", &plain), ("verify, with an expiry and a redirect", &full)] {
        let signature = signer.sign(link, now).signature;
        let link = UnverifiedLink::parse(PATH, [("signature", signature.as_str())]).ok().unwrap();
        c.bench_function(name, |b| b.iter(|| verifier.verify(black_box(&link), now).unwrap()));
    }
    let unsigned = [("signature", verifiable.as_str()), ("redirect", "https://hairbyada.example/thanks?from=mail")];
    let link = UnverifiedLink::parse(PATH, unsigned).ok().unwrap();
    let link = verifier.verify(&link, now).unwrap();
    let hosts = ["hairbyada.example", "*.hairbyada.example"].map(|host| HostPattern::parse(host).unwrap());
    let policy = RedirectPolicy { hosts: hosts.into(), default: None };
    c.bench_function("redirect", |b| b.iter(|| link.authentic().redirect(black_box(&policy)).unwrap()));
}

criterion_group!(benches, link);
criterion_main!(benches);
