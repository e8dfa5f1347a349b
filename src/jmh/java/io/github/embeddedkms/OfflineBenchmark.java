package io.github.embeddedkms;


