-- The requests of every connection, again and again: clicks on every link, which act once or ask;
-- forged links; and the business's own system, which reads bookings.

-- The expected answers, each of which must occur. Any other is a failure.
local EXPECTED = { [200] = "a list, a booking or a page that asks", [302] = "acted", [403] = "a bad signature",
    [409] = "not possible now", [410] = "a used link" }

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init()
    statuses, requests, last = {}, {}, 0
    local function add(path, headers)
        table.insert(requests, wrk.format("GET", path, headers))
    end
    local business = { Authorization = os.getenv("AUTHORIZATION") }
    add("/v2/bookings?include=customer_action_links&limit=50", business)
    for path in os.getenv("LINKS"):gmatch("/v2%S+") do
        add(path)
        add((path:gsub("[^.]*$", ("A"):rep(43))))
        add(path:match("^/v2/bookings/[^/]+") .. "?include=customer_action_links", business)
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end

function response(status)
    statuses[status] = (statuses[status] or 0) + 1
end

function done(summary, latency)
    local seen, failed = {}, false
    for _, thread in ipairs(threads) do
        for status, count in pairs(thread:get("statuses")) do
            seen[status] = (seen[status] or 0) + count
        end
    end
    local function report(what, count, bad)
        print(("  %8d  %s%s"):format(count, what, bad and "  FAILED" or ""))
        failed = failed or bad
    end
    print("Answers:")
    for status = 100, 599 do
        local count, meaning = seen[status] or 0, EXPECTED[status]
        if count > 0 or meaning then
            report(status .. " " .. (meaning or "unexpected"), count, count == 0 or not meaning)
        end
    end
    for _, error in ipairs({ "connect", "read", "write", "timeout" }) do
        report(error .. " errors", summary.errors[error], summary.errors[error] > 0)
    end
    print(("Slowest: %.2f ms"):format(latency.max / 1000))
    os.exit(failed and 1 or 0)
end
