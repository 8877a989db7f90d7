//! Chats' previews: a chat opens each link that is sent in it, to show what it is about.

use std::sync::LazyLock;

use super::pairs::Pairs;

/// What the programs call themselves in their user agents, one a line: a part of the user agent in lower case, or
/// its beginning after `^`; who that is; the source.
const PREVIEWS: &str = include_str!("previews.csv");

/// The names, read once.
static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| PREVIEWS.lines().skip(1).filter_map(|line| line.split(',').next()).collect());

/// Whether a request is a chat's preview of the link, by its user agent. The same makers' in-app browsers, in which
/// people open links, have other ones.
pub(crate) fn is_chat_preview(headers: &Pairs<'_>) -> bool {
    headers.get("user-agent").is_some_and(is_preview)
}

fn is_preview(user_agent: &str) -> bool {
    let user_agent = user_agent.to_ascii_lowercase();
    NAMES.iter().any(|name| match name.strip_prefix('^') {
        Some(beginning) => user_agent.starts_with(beginning),
        None => user_agent.contains(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_names_a_program_and_its_source() {
        for line in PREVIEWS.lines().skip(1) {
            let [name, who, source] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert!(name.len() > 4 && name == name.to_lowercase() && !who.is_empty(), "{line}");
            assert!(source.starts_with("https://"), "{line}");
        }
    }

    #[test]
    fn previews_are_known_and_in_app_browsers_are_not() {
        for preview in [
            "TelegramBot (like TwitterBot)",
            "WhatsApp/2.23.20.0 A",
            "WhatsApp/2",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 \
             Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
            "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
            "http.rb/5.1.1 (Mastodon/4.2.0; +https://mastodon.example/) Bot",
            "Synapse (bot; +https://github.com/matrix-org/synapse)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2227.0 Safari/537.36 \
             Rocket.Chat/6.8.0",
            "Mozilla/5.0 (compatible; ZulipURLPreview/8.0; +https://zulip.example)",
            "Pleroma 2.6.0; https://pleroma.example <ada@pleroma.example>; Bot",
            "Viber/13.3.0.22 CFNetwork/1126 Darwin/19.5.0",
        ] {
            assert!(is_preview(preview), "{preview}");
        }
        for browser in [
            "",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.0.41.104;FBBV/602060281;FBDV/iPhone14,7]",
            "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
             Chrome/125.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/465.0.0.56.83;]",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Mobile/15E148 Instagram 334.0.4.32.98 (iPhone15,3; iOS 17_5; en_US)",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [LinkedInApp]/9.29",
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/125.0 Mobile Safari/537.36 Telegram-Android/10.14",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Twitter for iPhone",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari Line/14.8.0",
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Version/4.0 Chrome/125.0 Mobile KAKAOTALK 10.8.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Snapchat/12.88 (like Safari)",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 [Pinterest/iOS]",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat/3.9.7 Chrome/110.0 \
             Electron/23.1 Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        ] {
            assert!(!is_preview(browser), "{browser}");
        }
    }
}
