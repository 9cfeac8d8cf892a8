"""Hearing and voice: the microphone, the recogniser, the synthesiser, the loudspeaker.

Everything that can hang or must not live in the robot's process is a child process of ours:

* `audio`: PortAudio, one child for the microphone and one for the loudspeaker (a dead sound server
  makes PortAudio wait for ever), supervised by `sound.SoundDevice`;
* `render`: pyttsx3 with libespeak-ng (GPL-3), supervised by `voice.Pyttsx3Voice`.

The composition root builds, starts in this order and stops in the other:

    sound = SoundDevice(settings)            # hardware.speech.sound
    hearing = VoskHearing(settings, sound)   # hardware.speech.hearing, a ports.Hearing
    voice = Pyttsx3Voice(settings, sound)    # hardware.speech.voice, a ports.Voice

No audio is ever stored and no text is ever logged. This module imports nothing, since every child
process imports it.
"""
