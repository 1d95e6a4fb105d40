package com.example;

import static org.junit.jupiter.api.Assertions.*;

import dev.mimic.inmemory.*;
import dev.mimic.junit.*;
import okhttp3.*;

class DownloadTest {
  @MimicTest
  void body_cutByReset_isReadByRetry(InMemoryNetwork network, TestWeb web) throws Exception {
    web.serve("https://api.example.com", "x".repeat(300_000));
    network.inject(Faults.resetAfter(200_000).from("api.example.com").once());
    Call call = web.client().newCall(new Request.Builder().url("https://api.example.com").build());
    assertThrows(java.io.IOException.class, () -> call.execute().body().string());
    assertEquals("x".repeat(300_000), call.clone().execute().body().string());
  }
}
