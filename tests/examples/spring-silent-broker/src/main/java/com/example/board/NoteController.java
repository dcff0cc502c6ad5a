package com.example.board;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.stereotype.Controller;

@Controller
public class NoteController {
    @MessageMapping("/note")
    @SendTo("/topic/notes")
    public String note(String text) {
        return text;
    }
}
