import { describe, expect, it } from "vitest";
import { checkSignature } from "../src/signature.js";

// The examples of "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk (AWS
// Signature Version 4)" in the API reference of Amazon S3.

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const now = Date.UTC(2013, 4, 24);
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function example(
  method: string,
  target: string,
  signedHeaders: string,
  signature: string,
  headers: Record<string, string> = {},
) {
  return {
    method,
    target,
    headers: {
      host: "examplebucket.s3.amazonaws.com",
      "x-amz-date": "20130524T000000Z",
      "x-amz-content-sha256": EMPTY,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`,
      ...headers,
    },
  };
}

const getObject = example(
  "GET",
  "/test.txt",
  "host;range;x-amz-content-sha256;x-amz-date",
  "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  { range: "bytes=0-9" },
);
const examples = {
  "GET Object": getObject,
  "PUT Object": example(
    "PUT",
    "/test$file.text",
    "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    },
  ),
  "GET Bucket Lifecycle": example(
    "GET",
    "/?lifecycle",
    "host;x-amz-content-sha256;x-amz-date",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ),
  "GET Bucket (List Objects)": example(
    "GET",
    "/?max-keys=2&prefix=J",
    "host;x-amz-content-sha256;x-amz-date",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ),
};

describe("a signature of version 4", () => {
  it.each(Object.entries(examples))("is that of AWS's example %s", (_, request) => {
    expect(() => checkSignature(request, { credentials, now })).not.toThrow();
  });

  it.each([
    ["another method", { ...getObject, method: "HEAD" }, "SignatureDoesNotMatch"],
    ["another path", { ...getObject, target: "/test.tx" }, "SignatureDoesNotMatch"],
    ["a parameter more", { ...getObject, target: "/test.txt?a=1" }, "SignatureDoesNotMatch"],
    [
      "another range",
      { ...getObject, headers: { ...getObject.headers, range: "bytes=0-8" } },
      "SignatureDoesNotMatch",
    ],
    [
      "a header of Amazon's that is not signed",
      { ...getObject, headers: { ...getObject.headers, "x-amz-acl": "a" } },
      "AccessDenied",
    ],
    ["none", { ...getObject, headers: { ...getObject.headers, authorization: undefined } }, "AccessDenied"],
    ["no date", { ...getObject, headers: { ...getObject.headers, "x-amz-date": "today" } }, "AccessDenied"],
    [
      "one of another kind",
      { ...getObject, headers: { ...getObject.headers, authorization: "Basic YTpi" } },
      "InvalidRequest",
    ],
    [
      "one that is cut",
      { ...getObject, headers: { ...getObject.headers, authorization: "AWS4-HMAC-SHA256 Credential=a" } },
      "AuthorizationHeaderMalformed",
    ],
    [
      "a token that it should not have",
      { ...getObject, headers: { ...getObject.headers, "x-amz-security-token": "t" } },
      "InvalidToken",
    ],
  ])("is refused for %s", (_, request, code) => {
    expect(() => checkSignature(request, { credentials, now })).toThrow(expect.objectContaining({ code }));
  });

  it("is refused for another key, secret, token, region or time than the server's", () => {
    const check = (rules: object) => () => checkSignature(getObject, { credentials, now, ...rules });
    const quarter = 15 * 60_000;
    expect(check({ now: now + quarter })).not.toThrow();
    for (const [rules, code] of [
      [{ now: now + quarter + 1 }, "RequestTimeTooSkewed"],
      [{ now: now - quarter - 1 }, "RequestTimeTooSkewed"],
      [{ credentials: { ...credentials, accessKeyId: "other" } }, "InvalidAccessKeyId"],
      [{ credentials: { ...credentials, secretAccessKey: "other" } }, "SignatureDoesNotMatch"],
      [{ credentials: { ...credentials, sessionToken: "t" } }, "InvalidToken"],
      [{ region: "eu-central-1" }, "AuthorizationHeaderMalformed"],
    ] as const)
      expect(check(rules), code).toThrow(expect.objectContaining({ code }));
  });
});
